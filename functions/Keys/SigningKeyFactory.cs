using System.Security.Cryptography;
using Gatehouse.Protection;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>
/// Creates signing keys from imported keys. The numbers come from the import, which has checked that they belong
/// together, rather than from the input: so a key has one thumbprint, however it was written.
/// </summary>
internal static class SigningKeyFactory
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <exception cref="InvalidKeyException">The key is too short.</exception>
    public static SigningKey CreateRsa(RSA rsa, string algorithm)
    {
        if (rsa.KeySize < PeerKey.MinRsaBits)
        {
            throw new InvalidKeyException($"The RSA key has {rsa.KeySize} bits; at least {PeerKey.MinRsaBits} are needed.");
        }

        var key = rsa.ExportParameters(includePrivateParameters: true);
        var jwk = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.RSA,
            N = Encode(key.Modulus),
            E = Encode(key.Exponent),
            D = Encode(key.D),
            P = Encode(key.P),
            Q = Encode(key.Q),
            DP = Encode(key.DP),
            DQ = Encode(key.DQ),
            QI = Encode(key.InverseQ),
        };
        jwk.KeyId = jwk.Kid = Thumbprint(jwk);
        return new SigningKey(jwk.Kid, algorithm, jwk, new PublicJwk
        {
            KeyType = jwk.Kty,
            Algorithm = algorithm,
            Kid = jwk.Kid,
            Modulus = jwk.N,
            Exponent = jwk.E,
        });
    }

    /// <exception cref="InvalidKeyException">The key is on another curve than P-256.</exception>
    public static SigningKey CreateEc(ECDsa ec)
    {
        var key = ec.ExportParameters(includePrivateParameters: true);
        if (key.Curve.Oid?.Value != P256)
        {
            throw new InvalidKeyException("The EC key is not on the curve P-256.");
        }

        var jwk = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Encode(key.Q.X),
            Y = Encode(key.Q.Y),
            D = Encode(key.D),
        };
        jwk.KeyId = jwk.Kid = Thumbprint(jwk);
        return new SigningKey(jwk.Kid, SecurityAlgorithms.EcdsaSha256, jwk, new PublicJwk
        {
            KeyType = jwk.Kty,
            Algorithm = SecurityAlgorithms.EcdsaSha256,
            Kid = jwk.Kid,
            Curve = jwk.Crv,
            X = jwk.X,
            Y = jwk.Y,
        });
    }

    private static string Encode(byte[]? bytes) => Base64UrlEncoder.Encode(bytes);

    private static string Thumbprint(SecurityKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
}
