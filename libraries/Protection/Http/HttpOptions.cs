namespace Gatehouse.Protection.Http;

/// <summary>Configuration section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>
    /// Whether <c>X-Forwarded-For</c> tells the caller: its last entry. Switch it on only behind a front end that appends
    /// that entry itself, as Azure's does: without one, any caller could choose an address. Defaults to false.
    /// </summary>
    public bool TrustForwardedFor { get; set; }

    /// <summary>
    /// How many proxies of your own, such as Front Door, Application Gateway or API Management, stand before the platform's
    /// front end, 0 to 5. Each appends an entry to <c>X-Forwarded-For</c>, so the caller is that many entries before the
    /// last. When there are fewer entries the request came past the proxies, and the last one counts; close that way, or
    /// any caller on it could choose an address. Needs TrustForwardedFor. Defaults to 0.
    /// </summary>
    public int ProxiesInFront { get; set; }
}
