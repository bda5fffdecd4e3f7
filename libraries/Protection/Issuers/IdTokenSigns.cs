using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Tells access tokens from ID tokens, and from other tokens that providers sign with the same keys, where the type
/// (<c>typ</c>) does not. An ID token is a message to a client. An API that accepted it as an access token would let the
/// operator of any client act as that client's users.
/// </summary>
internal static class IdTokenSigns
{
    // OpenID Connect Core §3.3.2.11: claims that tie an ID token to the other tokens of its sign-in. RFC 8417 §2.2:
    // security events, such as a logout.
    private static readonly string[] ForeignToAccessTokens = ["at_hash", "c_hash", "s_hash", "events"];

    /// <summary>Whether a payload may be that of another token than an access token.</summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="client">The client that the token was issued to; null when the token does not name it.</param>
    public static bool Show(JsonElement payload, string? client)
    {
        if (ForeignToAccessTokens.Any(claim => payload.TryGetPresent(claim, out _)))
        {
            return true;
        }

        // Cognito states the kind: id or access.
        if (payload.TryGetPresent("token_use", out var use) && use.AsString() != "access")
        {
            return true;
        }

        // Keycloak states the type in the payload, not in the header: ID, Refresh, Offline, Logout; Bearer and DPoP
        // are access tokens.
        var saysType = payload.TryGetPresent("typ", out var type);
        if (saysType && type.AsString() is not ("Bearer" or "DPoP"))
        {
            return true;
        }

        // OpenID Connect Core §2: the nonce of a sign-in. Azure AD B2C and old versions of Keycloak copy it into
        // access tokens, whose scp or typ shows that they are no ID tokens.
        if (payload.TryGetPresent("nonce", out _) && !saysType && string.IsNullOrEmpty(payload.FindString("scp")))
        {
            return true;
        }

        // The audience of an ID token is the client itself; the audience of an access token is the API.
        return client is null || ClaimValues.Has(payload, "aud", client);
    }
}
