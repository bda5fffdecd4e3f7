using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Configuration section <c>Tokens</c>.</summary>
internal sealed class TokensOptions
{
    public const string Section = "Tokens";

    /// <summary>The shortest lifetime of an access token.</summary>
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The full name of <see cref="Enabled"/>.</summary>
    public const string EnabledSetting = $"{Section}:{nameof(Enabled)}";

    /// <summary>
    /// Whether Gatehouse issues tokens of its own. If false, only tokens of <c>Protection:TrustedIssuers</c> are
    /// accepted, and there are no users, no routes for issuing tokens, no signing keys and no key vault; the other
    /// settings of this section have no effect. Defaults to true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The <c>iss</c> of every token and the base of the discovery document: an absolute https URL without query or
    /// fragment (http only on loopback). Required; has no default.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> of access tokens for this API: its name. Required; has no default.</summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// The audiences of other APIs that accept tokens of this issuer, such as <c>https://orders.example.com</c>: absolute URIs
    /// without fragment, separated by spaces. A request names one as its <c>resource</c> (RFC 8707). Defaults to none.
    /// </summary>
    public string FurtherAudiences { get; set; } = "";

    /// <summary>
    /// How long an access token is valid, 1 minute to 1 day. A shorter value also applies to tokens that were issued
    /// before. Defaults to 10 minutes.
    /// </summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The longest lifetime that a client may have for its access tokens, AccessTokenLifetime to 1 day. Replaced signing keys
    /// and revocations are kept for it. Defaults to AccessTokenLifetime.
    /// </summary>
    public TimeSpan? MaxAccessTokenLifetime { get; set; }

    /// <summary>How long a refresh token is valid when it is not used, 1 minute to 365 days. Defaults to 14 days.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a session lasts however often it is refreshed, up to 365 days and not below RefreshTokenLifetime. Defaults to 30 days.</summary>
    public TimeSpan RefreshTokenAbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a client may redeem its last refresh token again, because the answer was lost; 0 switches this off. 0
    /// to 5 minutes. Defaults to 30 seconds.
    /// </summary>
    public TimeSpan RefreshReuseLeeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most sessions of a user, 1 to 100. When one more begins, the oldest ends. Defaults to 20.</summary>
    public int MaxSessions { get; set; } = 20;

    /// <summary>The lifetime that no access token exceeds.</summary>
    public TimeSpan FindLongestLifetime() => MaxAccessTokenLifetime ?? AccessTokenLifetime;

    /// <summary>The lifetime of a client's access tokens.</summary>
    /// <param name="own">The client's own; null for <see cref="AccessTokenLifetime"/>.</param>
    public TimeSpan FindLifetime(TimeSpan? own) => own is not { } lifetime ? AccessTokenLifetime : lifetime < FindLongestLifetime() ? lifetime : FindLongestLifetime();

    /// <summary>Whether callers reach Gatehouse on their own machine alone.</summary>
    public bool IsOnLoopback() => Uri.TryCreate(Issuer, UriKind.Absolute, out var url) && url.IsLoopback;

    /// <summary><see cref="Enabled"/>, for use during registration.</summary>
    public static bool AreEnabled(IConfiguration configuration) => configuration.GetValue(EnabledSetting, defaultValue: true);
}

/// <summary>Stops the start when section <c>Tokens</c> lacks a value or holds an impossible one, naming it and its range.</summary>
internal sealed class TokensOptionsValidator : IValidateOptions<TokensOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, TokensOptions options)
    {
        var faults = new SettingFaults(TokensOptions.Section);
        faults.Require(
            SafeAddress.IsBaseUrl(options.Issuer),
            nameof(options.Issuer),
            "must be the absolute https URL under which callers reach this API, without query or fragment (http only on loopback), such as https://api.example.com.");

        // WWW-Authenticate quotes the audience, where RFC 9110 §5.6.4 would require escapes.
        faults.Require(
            options.Audience.Length is > 0 and <= 256 && options.Audience.All(static character => character is >= '!' and <= '~' and not '"' and not '\\'),
            nameof(options.Audience),
            "must name this API, such as https://api.example.com or gatehouse: 1 to 256 visible ASCII characters without quote and backslash.");
        faults.Require(
            SettingList.Split(options.FurtherAudiences).All(audience => IsResource(audience) && audience != options.Audience),
            nameof(options.FurtherAudiences),
            "must be absolute URIs without fragment, separated by spaces, other than Tokens:Audience, such as https://orders.example.com.");
        faults.RequireRange(nameof(options.AccessTokenLifetime), options.AccessTokenLifetime, TokensOptions.ShortestLifetime, Day);
        faults.RequireRange(nameof(options.MaxAccessTokenLifetime), options.FindLongestLifetime(), options.AccessTokenLifetime, Day);
        faults.RequireRange(nameof(options.RefreshTokenLifetime), options.RefreshTokenLifetime, TokensOptions.ShortestLifetime, Year);
        faults.RequireRange(nameof(options.RefreshTokenAbsoluteLifetime), options.RefreshTokenAbsoluteLifetime, options.RefreshTokenLifetime, Year);
        faults.RequireRange(nameof(options.RefreshReuseLeeway), options.RefreshReuseLeeway, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        faults.RequireRange(nameof(options.MaxSessions), options.MaxSessions, 1, 100);
        return faults.ToResult();
    }

    // RFC 8707 §2: a client must be able to send it as a resource.
    private static bool IsResource(string text) =>
        text.Length <= 256
        && text.All(static character => character is >= '!' and <= '~' and not '"' and not '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Fragment.Length == 0
        && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase);
}
