using Gatehouse.Protection.Issuers;





namespace Gatehouse.Protection;

/// <summary>Configuration section <c>Protection</c>.</summary>
internal sealed class ProtectionOptions
{
    public const string Section = "Protection";

    /// <summary>
    /// Further headers in which a bare access token is accepted, such as <c>access-token</c>: for clients that come
    /// from an Express service which read it there. Space- or comma-separated. Defaults to none: only
    /// <c>Authorization: Bearer</c> is read.
    /// </summary>
    public string TokenHeaders { get; set; } = "";

    /// <summary>
    /// The origins whose scripts may call this API from a browser (CORS), such as <c>https://shop.example.com</c>: https, or http
    /// on loopback, without a path. Space- or comma-separated; there is no <c>*</c>. Leave the platform's own CORS
    /// setting empty, or answers name the origin twice. Defaults to none.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>
    /// How many verified tokens an instance remembers, so that a token that comes again costs no signature check.
    /// 0 to 1 000 000; a remembered token takes about 1 KiB. Defaults to 10 000.
    /// </summary>
    public int RememberedTokens { get; set; } = 10_000;

    /// <summary>Other issuers whose access tokens are accepted, each for the scopes that it is trusted with. Defaults to none.</summary>
    public IList<TrustedIssuerOptions> TrustedIssuers { get; } = [];
}
