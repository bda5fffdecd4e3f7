using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>A key that signs access tokens and verifies them.</summary>
/// <param name="Kid">The RFC 7638 thumbprint.</param>
/// <param name="Algorithm">The one algorithm it is used with (RFC 8725 §3.1): RS256, PS256 or ES256.</param>
/// <param name="SecurityKey">The private key. Its members are base64url.</param>
/// <param name="PublicJwk">The public half, which the key set publishes.</param>
internal sealed record SigningKey(string Kid, string Algorithm, JsonWebKey SecurityKey, PublicJwk PublicJwk)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => $"{Algorithm} {Kid}";
}

/// <summary>The public half of a signing key, as the key set publishes it (RFC 7517, RFC 7518 §6).</summary>
internal sealed record PublicJwk
{
    [JsonPropertyName("kty")]
    public required string KeyType { get; init; }

    [JsonPropertyName("use")]
    public string Use { get; init; } = "sig";

    [JsonPropertyName("alg")]
    public required string Algorithm { get; init; }

    [JsonPropertyName("kid")]
    public required string Kid { get; init; }

    [JsonPropertyName("n")]
    public string? Modulus { get; init; }

    [JsonPropertyName("e")]
    public string? Exponent { get; init; }

    [JsonPropertyName("crv")]
    public string? Curve { get; init; }

    [JsonPropertyName("x")]
    public string? X { get; init; }

    [JsonPropertyName("y")]
    public string? Y { get; init; }
}
