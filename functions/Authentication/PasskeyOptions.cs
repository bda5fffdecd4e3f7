using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>Configuration section <c>Authentication:Passkeys</c>.</summary>
internal sealed class PasskeyOptions
{
    public const string Section = "Authentication:Passkeys";

    /// <summary>
    /// The host name that passkeys are for, such as <c>example.com</c>: that of the page that signs in, or a parent domain of it. It can't
    /// change later, or every passkey is lost. Defaults to none: there are no passkeys.
    /// </summary>
    public string RelyingPartyId { get; set; } = "";

    /// <summary>
    /// The origins of the pages that sign in, separated by spaces, such as <c>https://shop.example.com</c>: https, or http on loopback.
    /// Required with <see cref="RelyingPartyId"/>. Defaults to none.
    /// </summary>
    public string Origins { get; set; } = "";

    /// <summary>Whether there are passkeys.</summary>
    public static bool AreEnabled(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[$"{Section}:{nameof(RelyingPartyId)}"]);
}

/// <summary>Stops the start when section <c>Authentication:Passkeys</c> holds an impossible value.</summary>
internal sealed class PasskeyOptionsValidator : IValidateOptions<PasskeyOptions>
{
    public ValidateOptionsResult Validate(string? name, PasskeyOptions options)
    {
        var faults = new SettingFaults(PasskeyOptions.Section);
        var origins = SettingList.Split(options.Origins);
        faults.Require(
            options.RelyingPartyId.Length == 0 || Uri.CheckHostName(options.RelyingPartyId) == UriHostNameType.Dns,
            nameof(options.RelyingPartyId),
            "must be a host name without scheme and port, such as example.com.");
        faults.Require((options.RelyingPartyId.Length > 0) == (origins.Length > 0), nameof(options.Origins), "must be set if and only if RelyingPartyId is.");
        foreach (var origin in origins)
        {
            faults.Require(
                IsOrigin(origin, options.RelyingPartyId),
                nameof(options.Origins),
                $"holds '{origin}'; every entry must be an https origin (http only on loopback) of the host of RelyingPartyId or a subdomain, such as https://shop.example.com.");
        }

        return faults.ToResult();
    }

    private static bool IsOrigin(string text, string host) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && text == uri.GetLeftPart(UriPartial.Authority)
        && (uri.Host == host || uri.Host.EndsWith($".{host}", StringComparison.Ordinal));
}
