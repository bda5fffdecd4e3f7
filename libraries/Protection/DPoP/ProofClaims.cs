using Gatehouse.Protection.Json;

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
        return document is not null
            && document.RootElement is var claims
            && claims.TryGetString("jti", out var id)
            && claims.FindString("htm") is { } method
            && claims.FindString("htu") is { } url
            && claims.TryGetNumber("iat", out var issuedAt)
            && claims.TryGetOptionalString("ath", out var tokenHash)
            && claims.TryGetOptionalString("nonce", out var nonce)
                ? new ProofClaims(id, method, url, issuedAt, tokenHash, nonce)
                : null;
    }
}
