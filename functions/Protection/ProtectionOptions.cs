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
    /// How many verified tokens an instance remembers, so that a token that comes again costs no signature check.
    /// 0 to 1 000 000; a remembered token takes about 1 KiB. Defaults to 10 000.
    /// </summary>
    public int RememberedTokens { get; set; } = 10_000;

    /// <summary>Other issuers whose access tokens are accepted, each for the scopes that it is trusted with. Defaults to none.</summary>
    public IList<TrustedIssuerOptions> TrustedIssuers { get; } = [];
}
