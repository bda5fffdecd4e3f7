using System.Text.Json;

namespace Gatehouse.Protection.DPoP;

/// <summary>The claims of a proof (RFC 9449 §4.2).</summary>
/// <param name="Id"><c>jti</c>.</param>
/// <param name="Method"><c>htm</c>.</param>
/// <param name="Url"><c>htu</c>.</param>
/// <param name="IssuedAt"><c>iat</c>, in seconds since 1970; a fraction is cut off.</param>
/// <param name="TokenHash"><c>ath</c>, or null.</param>
/// <param name="Nonce"><c>nonce</c>, or null.</param>
internal sealed record ProofClaims(string Id, string Method, string Url, double IssuedAt, string? TokenHash, string? Nonce)
{
    /// <summary>Reads the second part of a proof; null when a claim is missing or of the wrong type.</summary>
    public static ProofClaims? Read(ReadOnlySpan<char> payload)
    {
        using var document = TokenDecoder.ReadObject(payload, out _);
        try
        {
            return document is null ? null : Read(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // Another type, or half of a surrogate pair: JSON lets it pass, .NET's texts do not.
            return null;
        }
    }

    private static ProofClaims? Read(JsonElement payload) =>
        FindText(payload, "jti") is { Length: > 0 } id
        && FindText(payload, "htm") is { } method
        && FindText(payload, "htu") is { } url
        && payload.TryGetProperty("iat", out var issuedAt)
        && issuedAt.TryGetDouble(out var seconds)
            ? new ProofClaims(id, method, url, seconds, FindText(payload, "ath"), FindText(payload, "nonce"))
            : null;

    private static string? FindText(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) ? value.GetString() : null;
}
