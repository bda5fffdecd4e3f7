using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection;

/// <summary>
/// Reads the two JSON parts of a compact JWS (RFC 7515 §7.1) more strictly than JWT libraries do: one spelling for each
/// byte sequence, no member twice. What two parsers could read differently is not read at all (RFC 8725 §2.4).
/// </summary>
internal static class TokenDecoder
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");


    /// <summary>Splits a token into its three parts. False when there are more or fewer, or one holds what base64url does not.</summary>
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
    /// <returns>Null and the reason when it is none.</returns>
    public static JsonDocument? ReadObject(ReadOnlySpan<char> part, out TokenRejection? rejection)
    {
        var bytes = Base64Url.DecodeFromChars(part);
        JsonFault? fault = null;
        var document = Utf8.IsValid(bytes) ? StrictJson.ParseObject(bytes, out fault) : null;
        rejection = document is not null ? null
            : fault is { Kind: JsonFaultKind.DuplicateMember } ? TokenRejection.DuplicateMember
            : TokenRejection.Malformed;
        return document;
    }

    /// <summary>Without padding, without white space, and without stray bits behind the last byte (RFC 4648 §3.5).</summary>
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

/// <summary>What is read of a token's header (RFC 7515 §4.1). jku, jwk, x5u and x5c are not: the token does not say where its key comes from.</summary>
/// <param name="Type"><c>typ</c>; empty without it.</param>
/// <param name="Algorithm"><c>alg</c>; empty without it.</param>
/// <param name="Kid"><c>kid</c>; empty without it.</param>
internal readonly record struct TokenHeader(string Type, string Algorithm, string Kid)
{
    /// <summary>Whether the type is that of access tokens (RFC 9068 §4), which ID tokens and logout tokens do not have.</summary>
    public bool IsAccessToken =>
        Type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || Type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase);

    /// <returns>Null and the reason when a token with this header can't be taken, whoever issued it.</returns>
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
            // RFC 7515 §4.1.11: an extension that must be understood and is not.
            rejection = TokenRejection.CriticalHeader;
            return null;
        }

        return new TokenHeader(header.FindString("typ") ?? "", header.FindString("alg") ?? "", header.FindString("kid") ?? "");
    }
}
