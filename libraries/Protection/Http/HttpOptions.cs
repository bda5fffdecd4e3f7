using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Http;

/// <summary>Configuration section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>
    /// Whether the last entry of <c>X-Forwarded-For</c> is the address of the caller. Set it to true only behind a
    /// front end that appends that entry, as Azure's does: without one, any caller could choose an address. Defaults
    /// to false.
    /// </summary>
    public bool TrustForwardedFor { get; set; }

    /// <summary>
    /// How many proxies of your own, such as Front Door, Application Gateway or API Management, stand before the
    /// platform's front end, 0 to 5. Each appends an entry to <c>X-Forwarded-For</c>, so the caller is that many
    /// entries before the last. With fewer entries the request bypassed the proxies, and the last entry counts. Block
    /// that path, or any caller that uses it could choose an address. Requires TrustForwardedFor. Defaults to 0.
    /// </summary>
    public int ProxiesInFront { get; set; }
}

/// <summary>Stops the start when section <c>Http</c> holds an impossible value, naming it and its range.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var faults = new SettingFaults(HttpOptions.Section);
        faults.RequireRange(nameof(options.ProxiesInFront), options.ProxiesInFront, 0, 5);
        faults.Require(
            options.ProxiesInFront <= 0 || options.TrustForwardedFor,
            nameof(options.ProxiesInFront),
            "counts entries of X-Forwarded-For, so Http:TrustForwardedFor must be true with it.");
        return faults.ToResult();
    }
}
