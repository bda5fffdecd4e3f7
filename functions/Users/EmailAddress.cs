using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>An e-mail address, in lower case: mail services ignore the case of an address.</summary>
/// <param name="Value">The address, with an internationalized domain in its ASCII form.</param>
internal readonly partial record struct EmailAddress(string Value)
{
    /// <summary>The longest accepted address, in characters (RFC 5321 §4.5.3.1.3, without the brackets).</summary>
    public const int MaxLength = 254;

    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    /// <summary>Reads an address: a dot-atom of at most 64 characters (RFC 5322 §3.4.1), and a domain name.</summary>
    public static bool TryParse(string? text, out EmailAddress address)
    {
        address = default;
        if (text is not { Length: <= MaxLength } || text.LastIndexOf('@') is var at && at < 1)
        {
            return false;
        }

        try
        {
            var value = $"{text[..at]}@{Domains.GetAscii(text[(at + 1)..])}".ToLowerInvariant();
            address = new EmailAddress(value);
            return value.Length <= MaxLength && Address().IsMatch(value);
        }
        catch (ArgumentException)
        {
            // No domain name.
            return false;
        }
    }

    /// <summary>Reads the member <c>email</c> of a body, adding its fault as an error.</summary>
    public static EmailAddress Read(JsonBody body) => Check(body, body.RequiredString("email", MaxLength)) ?? default;

    /// <summary>Reads the member <c>email</c> of a body, which may be missing or null.</summary>
    public static EmailAddress? ReadOptional(JsonBody body) => Check(body, body.OptionalString("email", MaxLength) ?? "");

    public override string ToString() => Value;

    private static EmailAddress? Check(JsonBody body, string text)
    {
        if (TryParse(text, out var address))
        {
            return address;
        }

        if (text.Length > 0)
        {
            body.AddError("email", "This must be an e-mail address, such as grace@example.com, whose part before the @ is ASCII.");
        }

        return null;
    }

    [GeneratedRegex(@"^(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
