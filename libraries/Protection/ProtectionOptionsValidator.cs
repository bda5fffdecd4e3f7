using System.Text;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>Stops the start when section <c>Protection</c> holds an impossible value, naming it and its range.</summary>
internal sealed class ProtectionOptionsValidator : IValidateOptions<ProtectionOptions>
{
    // RFC 9110 §5.6.2, what a header name is made of.
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var failures = new List<string>();
        if (SettingList.Split(options.TokenHeaders).Any(static header => !IsHeaderName(header) || header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            failures.Add("Protection:TokenHeaders must be header names separated by spaces, such as 'access-token', other than Authorization, which is always read.");
        }

        if (!SettingList.Split(options.AllowedOrigins).All(IsOrigin))
        {
            failures.Add("Protection:AllowedOrigins must be origins as browsers write them, separated by spaces, such as 'https://shop.example.com' (http only on loopback, no path, no capital letters). * is not taken.");
        }

        if (options.RememberedTokens is < 0 or > 1_000_000)
        {
            failures.Add("Protection:RememberedTokens must be between 0 and 1000000.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // RFC 6454 §6.2: scheme and host in small letters, the port only where it is not the usual one.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && Ascii.IsValid(text)
        && text == uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static bool IsHeaderName(string text) =>
        text.All(static character => char.IsAsciiLetterOrDigit(character) || TokenCharacters.Contains(character, StringComparison.Ordinal));
}
