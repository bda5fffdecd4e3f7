using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gatehouse.Protection;

/// <summary>
/// Reads the two JSON parts of a compact JWS (RFC 7515 §7.1) more strictly than JWT libraries do: one spelling for each
/// byte sequence, no member twice. What two parsers could read differently is not read at all (RFC 8725 §2.4).
/// </summary>
internal static class TokenDecoder
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private static readonly JsonDocumentOptions OptionsWithDuplicates = new() { AllowDuplicateProperties = true, MaxDepth = 8 };

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
        rejection = TokenRejection.Malformed;
        var bytes = Base64Url.DecodeFromChars(part);
        if (!Utf8.IsValid(bytes))
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(bytes, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                rejection = null;
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            rejection = HoldsDuplicate(bytes) ? TokenRejection.DuplicateMember : TokenRejection.Malformed;
        }
        catch (InvalidOperationException)
        {
            // A member's name with half of a surrogate pair, escaped: JSON lets it pass, .NET's texts do not.
        }

        return null;
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

    // Only on the way to a refusal: what is no JSON with duplicates allowed either is simply malformed.
    private static bool HoldsDuplicate(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, OptionsWithDuplicates);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
