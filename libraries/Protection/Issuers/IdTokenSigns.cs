using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Tells ID tokens, and other tokens that providers sign with the same keys, from access tokens where the type
/// (<c>typ</c>: <c>JWT</c>) does not. An ID token is a message to a client, which anybody who runs a client has;
/// whoever took it for an access token would let that client's operator in as its users.
/// </summary>
internal static class IdTokenSigns
{
    // OpenID Connect Core §2 and §3.3.2.11: what ties an ID token to one sign-in. RFC 8417 §2.2: security events, such as a logout.
    private static readonly string[] ForeignToAccessTokens = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

    /// <summary>Whether a payload is, or may be, that of something other than an access token.</summary>
    public static bool Shows(JsonElement payload)
    {
        foreach (var claim in ForeignToAccessTokens)
        {
            if (payload.TryGetProperty(claim, out _))
            {
                return true;
            }
        }

        // Keycloak says in the payload what the header does not: ID, Refresh, Offline, Logout; Bearer and DPoP are access tokens.
        if (payload.TryGetProperty("typ", out var type) && type.AsString() is not ("Bearer" or "DPoP"))
        {
            return true;
        }

        // The audience of an ID token is the client itself; the client of an access token is somebody else than the API.
        return TrustedTokenClaims.FindClient(payload) is not { } client || ClaimValues.Has(payload, "aud", client);
    }
}
