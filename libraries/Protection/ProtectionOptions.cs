using System.Text;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>Configuration section <c>Protection</c>.</summary>
internal sealed class ProtectionOptions
{
    public const string Section = "Protection";

    /// <summary>
    /// The name of this API in <c>WWW-Authenticate</c> (RFC 9110 §11.5): 1 to 256 visible ASCII characters without
    /// quote and backslash. Defaults to <c>Tokens:Audience</c>, or <c>gatehouse</c> if Gatehouse issues no tokens.
    /// </summary>
    public string Realm { get; set; } = "gatehouse";

    /// <summary>
    /// The URL under which callers reach this API: an absolute https URL without query or fragment (http only on
    /// loopback). Proofs and descriptions name it. Defaults to <c>Tokens:Issuer</c>, or none if Gatehouse issues
    /// no tokens.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>
    /// Additional headers in which a bare access token is accepted, such as <c>access-token</c>, for clients of a
    /// former service that read it there. Space- or comma-separated. Defaults to none: only <c>Authorization:
    /// Bearer</c> is read.
    /// </summary>
    public string TokenHeaders { get; set; } = "";

    /// <summary>
    /// The origins whose scripts may call this API from a browser (CORS), such as <c>https://shop.example.com</c>:
    /// https, or http on loopback, without a path. Space- or comma-separated; <c>*</c> is not accepted. Leave the
    /// platform's own CORS setting empty, or answers name the origin twice. Defaults to none.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>
    /// The headers that scripts of the AllowedOrigins may send in addition to those that this API reads. Telemetry libraries
    /// and HTTP clients add some of their own, and a browser stops a request with any other. Space- or comma-separated;
    /// <c>*</c> is not accepted. Defaults to <c>baggage request-context request-id traceparent tracestate x-requested-with</c>.
    /// </summary>
    public string AllowedHeaders { get; set; } = "baggage request-context request-id traceparent tracestate x-requested-with";

    /// <summary>
    /// How many verified tokens an instance remembers, so that their next use costs no signature check. 0 to 1 000
    /// 000; a remembered token takes about 1 KiB. Defaults to 10 000.
    /// </summary>
    public int RememberedTokens { get; set; } = 10_000;

    /// <summary>Other issuers whose access tokens are accepted, each limited to certain scopes. Defaults to none.</summary>
    public IList<TrustedIssuerOptions> TrustedIssuers { get; } = [];
}

/// <summary>Stops the start when section <c>Protection</c> holds an impossible value, naming it and its range.</summary>
internal sealed class ProtectionOptionsValidator : IValidateOptions<ProtectionOptions>
{
    // RFC 9110 §5.6.2: the characters of a header name that are neither letters nor digits.
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var faults = new SettingFaults(ProtectionOptions.Section);
        faults.Require(
            SettingList.Split(options.TokenHeaders).All(static header => IsHeaderName(header) && !header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)),
            nameof(options.TokenHeaders),
            "must be header names separated by spaces, such as 'access-token', other than Authorization, which is always read.");
        faults.Require(
            SettingList.Split(options.AllowedOrigins).All(IsOrigin),
            nameof(options.AllowedOrigins),
            "must be origins as browsers write them, separated by spaces, such as 'https://shop.example.com' (http only on loopback, no path, no capital letters). * is not accepted.");

        faults.Require(
            SettingList.Split(options.AllowedHeaders).All(static header => IsHeaderName(header) && header != "*"),
            nameof(options.AllowedHeaders),
            "must be header names separated by spaces, such as 'traceparent x-requested-with'. * is not accepted.");

        // RFC 9110 §5.6.4: a quote or a backslash would need an escape in WWW-Authenticate.
        faults.Require(
            options.Realm.Length is > 0 and <= 256 && options.Realm.All(static character => character is >= '!' and <= '~' and not '"' and not '\\'),
            nameof(options.Realm),
            "must be 1 to 256 visible ASCII characters without quote and backslash.");
        faults.Require(
            options.PublicUrl.Length == 0 || SafeAddress.IsBaseUrl(options.PublicUrl),
            nameof(options.PublicUrl),
            "must be the absolute https URL under which callers reach this API, without query or fragment (http only on loopback), such as https://api.example.com.");
        faults.RequireRange(nameof(options.RememberedTokens), options.RememberedTokens, 0, 1_000_000);
        return faults.ToResult();
    }

    // RFC 6454 §6.2: scheme and host in lower case, the port only if it is not the default.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && Ascii.IsValid(text)
        && text == uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static bool IsHeaderName(string text) =>
        text.All(static character => char.IsAsciiLetterOrDigit(character) || TokenCharacters.Contains(character, StringComparison.Ordinal));
}
