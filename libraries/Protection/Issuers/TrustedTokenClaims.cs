using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Reads the caller from an access token of another provider. Providers differ from RFC 9068 in the name of the
/// client id, and few set a <c>jti</c>. Their <c>sid</c> is ignored, because it names no session of Gatehouse.
/// </summary>
internal static class TrustedTokenClaims
{
    // OpenID Connect Core §2: the longest subject.
    private const int MaxSubjectLength = 255;

    // RFC 9068 §2.2; OpenID Connect Core §2, which Auth0, Keycloak and Entra use; Entra, version 1; Okta.
    private static readonly string[] ClientClaims = ["client_id", "azp", "appid", "cid"];

    // RFC 7519 §4.1.7; Entra.
    private static readonly string[] TokenIdClaims = ["jti", "uti"];

    /// <summary>The client that the token was issued to; null when the token does not name it.</summary>
    public static string? FindClient(JsonElement payload) => FindFirst(payload, ClientClaims);

    /// <summary>The caller that the claims name; null when a claim is missing or of the wrong type.</summary>
    public static Caller? Read(JsonElement payload, GrantedScopes grants, out DateTimeOffset notBefore)
    {
        notBefore = DateTimeOffset.MinValue;
        if (!payload.TryGetString("iss", out var issuer)
            || !payload.TryGetString("sub", out var subject)
            || subject.Length > MaxSubjectLength
            || subject.Any(char.IsControl)
            || FindClient(payload) is not { } client
            || !AccessTokenClaims.TryGetTime(payload, "iat", out var issuedAt)
            || !AccessTokenClaims.TryGetTime(payload, "exp", out var expiresAt)
            || !AccessTokenClaims.TryGetOptionalTime(payload, "nbf", out var startsAt)
            || !AccessTokenClaims.TryGetOptionalTime(payload, "auth_time", out var authenticatedAt)
            || !AccessTokenClaims.TryGetProofKey(payload, out var proofKey))
        {
            return null;
        }

        notBefore = startsAt ?? DateTimeOffset.MinValue;
        return new Caller
        {
            TrustedIssuer = issuer,
            Subject = subject,
            ClientId = client,
            TokenId = FindFirst(payload, TokenIdClaims) ?? "",
            Scopes = grants.Read(payload, out var roles),
            Roles = roles,
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            AuthenticatedAt = authenticatedAt,
            ProofKeyThumbprint = proofKey,
        };
    }

    private static string? FindFirst(JsonElement payload, string[] claims)
    {
        foreach (var claim in claims)
        {
            if (payload.TryGetString(claim, out var text))
            {
                return text;
            }
        }

        return null;
    }
}
