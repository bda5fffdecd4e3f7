namespace Gatehouse.Tokens;

/// <summary>The values of <c>token_type</c> (RFC 6749 §7.1).</summary>
internal static class TokenTypes
{
    /// <param name="proofKeyThumbprint">The key that the token is bound to; null for a bearer token.</param>
    public static string Of(string? proofKeyThumbprint) => proofKeyThumbprint is null ? "Bearer" : "DPoP";
}
