using System.ComponentModel.DataAnnotations;
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

/// <summary>The public half of a signing key (RFC 7517, RFC 7518 §6).</summary>
internal sealed record PublicJwk
{
    /// <summary>The type of the key.</summary>
    [JsonPropertyName("kty")]
    [AllowedValues("RSA", "EC")]
    public required string KeyType { get; init; }

    /// <summary>Signatures.</summary>
    [JsonPropertyName("use")]
    [AllowedValues("sig")]
    public string Use { get; init; } = "sig";

    /// <summary>The algorithm of the key.</summary>
    [JsonPropertyName("alg")]
    [AllowedValues("RS256", "PS256", "ES256")]
    public required string Algorithm { get; init; }

    /// <summary>The id: its thumbprint (RFC 7638).</summary>
    [JsonPropertyName("kid")]
    public required string Kid { get; init; }

    /// <summary>RSA: the modulus.</summary>
    [JsonPropertyName("n")]
    public string? Modulus { get; init; }

    /// <summary>RSA: the exponent.</summary>
    [JsonPropertyName("e")]
    public string? Exponent { get; init; }

    /// <summary>EC: the curve.</summary>
    [JsonPropertyName("crv")]
    public string? Curve { get; init; }

    /// <summary>EC: a coordinate.</summary>
    [JsonPropertyName("x")]
    public string? X { get; init; }

    /// <summary>EC: a coordinate.</summary>
    [JsonPropertyName("y")]
    public string? Y { get; init; }
}
