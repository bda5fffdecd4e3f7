using Microsoft.Extensions.Configuration;

namespace Gatehouse.Tokens;

/// <summary>Configuration section <c>Tokens</c>.</summary>
internal sealed class TokensOptions
{
    public const string Section = "Tokens";

    /// <summary>The full name of <see cref="Enabled"/>.</summary>
    public const string EnabledSetting = $"{Section}:{nameof(Enabled)}";

    /// <summary>How far the clocks of issuer and verifier may differ (<c>exp</c>, <c>nbf</c>).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether Gatehouse issues tokens of its own. When false, only those of <c>Protection:TrustedIssuers</c> are
    /// accepted, there are no users, and everything that has to do with issuing is gone: its routes, the other settings
    /// of this section, signing keys and the key vault. Defaults to true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The <c>iss</c> of every token and the base of the discovery document: an absolute https URL without query or
    /// fragment (http only on loopback). Required; has no default.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> of every access token: what this API is called. Required; has no default.</summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// How long an access token is valid, 1 minute to 1 day. Made shorter, it holds for tokens that were issued before too.
    /// Defaults to 10 minutes.
    /// </summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a refresh token is valid when it is not used, 1 minute to 365 days. Defaults to 14 days.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a session lasts however often it is refreshed, up to 365 days and not below RefreshTokenLifetime. Defaults to 30 days.</summary>
    public TimeSpan RefreshTokenAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long the refresh token that was redeemed last may come again, because its answer got lost; 0 switches it
    /// off. 0 to 5 minutes. Defaults to 30 seconds.
    /// </summary>
    public TimeSpan RefreshReuseLeeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary><see cref="Enabled"/>, for deciding which services there are.</summary>
    public static bool AreEnabled(IConfiguration configuration) => configuration.GetValue(EnabledSetting, defaultValue: true);
}
