using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection;

/// <summary>
/// Reads the two JSON parts of a compact JWS (RFC 7515 §7.1) more strictly than JWT libraries do: one encoding for
/// each byte sequence, and no member twice. Input that two parsers could read differently is refused (RFC 8725 §2.4).
/// </summary>
internal static class TokenDecoder
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Splits a token into its three parts. False when there are more or fewer, or one is not base64url.</summary>
    public static bool TrySplit(string token, out Range header, out Range payload)
    {
        header = default;
        payload = default;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first <= 0 || last == first || last == token.Length - 1)
        {
            return false;
        }

        header = ..first;
        payload = (first + 1)..last;
        var text = token.AsSpan();
        return IsBase64Url(text[header]) && IsBase64Url(text[payload]) && IsBase64Url(text[(last + 1)..]);
    }

    /// <summary>Reads one part as a JSON object, which the caller disposes.</summary>
    /// <param name="part">The part, in base64url.</param>
    /// <param name="rejection">The reason when the part is refused; null when it is read.</param>
    /// <param name="maxDepth">The deepest nesting that is read.</param>
    /// <returns>Null when the part is not a JSON object.</returns>
    public static JsonDocument? ReadObject(ReadOnlySpan<char> part, out TokenRejection? rejection, int maxDepth = StrictJson.DefaultDepth)
    {
        var bytes = Base64Url.DecodeFromChars(part);
        JsonFault? fault = null;
        var document = Utf8.IsValid(bytes) ? StrictJson.ParseObject(bytes, out fault, maxDepth) : null;
        rejection = document is not null ? null
            : fault is { Kind: JsonFaultKind.DuplicateMember } ? TokenRejection.DuplicateMember
            : TokenRejection.Malformed;
        return document;
    }

    /// <summary>Whether a part is base64url without padding, white space, and stray bits after the last byte (RFC 4648 §3.5).</summary>
    private static bool IsBase64Url(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || part.Length % 4 == 1 || part.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        return (part.Length % 4) switch
        {
            2 => "AQgw".Contains(part[^1], StringComparison.Ordinal),
            3 => "AEIMQUYcgkosw048".Contains(part[^1], StringComparison.Ordinal),
            _ => true,
        };
    }
}

/// <summary>The header of a token (RFC 7515 §4.1), without jku, jwk, x5u and x5c: a token must not choose its own key.</summary>
/// <param name="Type"><c>typ</c>; null without it, empty when it is no string.</param>
/// <param name="Algorithm"><c>alg</c>; empty without it.</param>
/// <param name="Kid"><c>kid</c>; empty without it.</param>
internal readonly record struct TokenHeader(string? Type, string Algorithm, string Kid)
{
    /// <summary>Whether the type is that of access tokens (RFC 9068 §4); ID tokens and logout tokens have others.</summary>
    public bool IsAccessToken => IsType(Type, "at+jwt");

    /// <summary>
    /// Whether a <c>typ</c> is a media type. RFC 7515 §4.1.9: media types ignore case, and <c>application/</c> may be left out.
    /// </summary>
    /// <param name="type">The <c>typ</c> of a token.</param>
    /// <param name="expected">The media type without <c>application/</c>.</param>
    public static bool IsType(string? type, string expected)
    {
        const string Application = "application/";
        var subtype = type.AsSpan();
        return subtype.StartsWith(Application, StringComparison.OrdinalIgnoreCase)
            ? subtype[Application.Length..].Equals(expected, StringComparison.OrdinalIgnoreCase)
            : subtype.Equals(expected, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Null and the reason when no issuer's token may have this header.</returns>
    public static TokenHeader? Read(ReadOnlySpan<char> part, out TokenRejection? rejection)
    {
        using var document = TokenDecoder.ReadObject(part, out rejection);
        if (document is null)
        {
            return null;
        }

        var header = document.RootElement;
        if (header.TryGetProperty("crit", out _))
        {
            // RFC 7515 §4.1.11: a token with an unknown critical extension must be rejected.
            rejection = TokenRejection.CriticalHeader;
            return null;
        }

        return new TokenHeader(header.TryGetPresent("typ", out var type) ? type.AsString() ?? "" : null, header.FindString("alg") ?? "", header.FindString("kid") ?? "");
    }
}
