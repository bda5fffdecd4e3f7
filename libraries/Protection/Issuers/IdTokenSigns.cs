using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Tells access tokens from ID tokens, and from other tokens that providers sign with the same keys, where the type
/// (<c>typ</c>: <c>JWT</c>) does not. An ID token is a message to a client. An API that accepted it as an access
/// token would let the operator of any client act as that client's users.
/// </summary>
internal static class IdTokenSigns
{
    // OpenID Connect Core §2 and §3.3.2.11: claims that tie an ID token to one sign-in. RFC 8417 §2.2: security
    // events, such as a logout.
    private static readonly string[] ForeignToAccessTokens = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

    /// <summary>Whether a payload may be that of another token than an access token.</summary>
    public static bool Shows(JsonElement payload)
    {
        foreach (var claim in ForeignToAccessTokens)
        {
            if (payload.TryGetProperty(claim, out _))
            {
                return true;
            }
        }

        // Keycloak states the type in the payload, not in the header: ID, Refresh, Offline, Logout; Bearer and DPoP
        // are access tokens.
        if (payload.TryGetProperty("typ", out var type) && type.AsString() is not ("Bearer" or "DPoP"))
        {
            return true;
        }

        // The audience of an ID token is the client itself; the audience of an access token is the API.
        return TrustedTokenClaims.FindClient(payload) is not { } client || ClaimValues.Has(payload, "aud", client);
    }
}
