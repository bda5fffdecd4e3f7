using System.Text.Json;

namespace Gatehouse.Protection;

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

        return new TokenHeader(FindText(header, "typ"), FindText(header, "alg"), FindText(header, "kid"));
    }

    /// <summary>A member that is a text; empty for everything else.</summary>
    public static string FindText(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON lets it pass, .NET's texts do not.
            return "";
        }
    }
}
