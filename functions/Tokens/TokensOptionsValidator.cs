using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Stops the start when section <c>Tokens</c> lacks a value or holds an impossible one, naming it and its range.</summary>
internal sealed class TokensOptionsValidator : IValidateOptions<TokensOptions>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, TokensOptions options)
    {
        if (!options.Enabled)
        {
            return ValidateOptionsResult.Success;
        }

        var failures = new List<string>();
        if (!IsIssuer(options.Issuer))
        {
            failures.Add("Tokens:Issuer must be the absolute https URL under which callers reach this API, without query or fragment (http only on loopback), such as https://api.example.com.");
        }

        // The audience is quoted in WWW-Authenticate, where RFC 9110 §5.6.4 would ask for escapes.
        if (options.Audience.Length is 0 or > 256 || options.Audience.Any(static character => character is < '!' or > '~' or '"' or '\\'))
        {
            failures.Add("Tokens:Audience must name this API, such as https://api.example.com or gatehouse: 1 to 256 visible ASCII characters without quote and backslash.");
        }

        RequireRange(failures, nameof(options.AccessTokenLifetime), options.AccessTokenLifetime, Minute, TimeSpan.FromDays(1));
        RequireRange(failures, nameof(options.RefreshTokenLifetime), options.RefreshTokenLifetime, Minute, Year);
        RequireRange(failures, nameof(options.RefreshTokenAbsoluteLifetime), options.RefreshTokenAbsoluteLifetime, options.RefreshTokenLifetime, Year);
        RequireRange(failures, nameof(options.RefreshReuseLeeway), options.RefreshReuseLeeway, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;

    private static void RequireRange(List<string> failures, string setting, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
        {
            failures.Add($"Tokens:{setting} must be between {minimum:c} and {maximum:c}.");
        }
    }
}
