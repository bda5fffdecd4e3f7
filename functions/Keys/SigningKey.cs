using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>A key that signs access tokens and verifies them.</summary>
/// <param name="Kid">The RFC 7638 thumbprint.</param>
/// <param name="Algorithm">The one algorithm it is used with (RFC 8725 §3.1): RS256, PS256 or ES256.</param>
/// <param name="SecurityKey">The private key. Its members are base64url.</param>
/// <param name="PublicJwk">The public half, which the key set publishes.</param>
internal sealed record SigningKey(string Kid, string Algorithm, JsonWebKey SecurityKey, PublicJwk PublicJwk)
{
    // A record prints its members; this one must not end in a log.
    public override string ToString() => $"{Algorithm} {Kid}";
}
