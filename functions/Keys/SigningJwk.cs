using System.Security.Cryptography;
using Gatehouse.Protection;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>Reads a signing key from a JWK (RFC 7517, RFC 7518 §6).</summary>
internal static class SigningJwk
{
    /// <exception cref="InvalidKeyException">It is none that may sign; other exceptions where it can't even be decoded.</exception>
    public static SigningKey Parse(string json)
    {
        var jwk = new JsonWebKey(json);
        if (jwk.Use is not (null or "sig"))
        {
            throw new InvalidKeyException("The JWK is not for signing: its use is not sig.");
        }

        var key = jwk.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA => ParseRsa(jwk),
            JsonWebAlgorithmsKeyTypes.EllipticCurve => ParseEc(jwk),
            _ => throw new InvalidKeyException("The JWK's kty must be RSA or EC."),
        };
        return jwk.Alg is null || jwk.Alg == key.Algorithm
            ? key
            : throw new InvalidKeyException($"The JWK's alg does not fit its key; expected {key.Algorithm}.");
    }

    private static SigningKey ParseRsa(JsonWebKey jwk)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Decode(jwk.N, "n"),
            Exponent = Decode(jwk.E, "e"),
            D = Decode(jwk.D, "d"),
            P = Decode(jwk.P, "p"),
            Q = Decode(jwk.Q, "q"),
            DP = Decode(jwk.DP, "dp"),
            DQ = Decode(jwk.DQ, "dq"),
            InverseQ = Decode(jwk.QI, "qi"),
        });
        var isPss = jwk.Alg == SecurityAlgorithms.RsaSsaPssSha256;
        return SigningKeyFactory.CreateRsa(rsa, isPss ? SecurityAlgorithms.RsaSsaPssSha256 : SecurityAlgorithms.RsaSha256);
    }

    private static SigningKey ParseEc(JsonWebKey jwk)
    {
        if (jwk.Crv != JsonWebKeyECTypes.P256)
        {
            throw new InvalidKeyException("The JWK's curve must be P-256.");
        }

        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decode(jwk.X, "x"), Y = Decode(jwk.Y, "y") },
            D = Decode(jwk.D, "d"),
        });
        return SigningKeyFactory.CreateEc(ec);
    }

    private static byte[] Decode(string? text, string member) => string.IsNullOrEmpty(text)
        ? throw new InvalidKeyException($"The JWK lacks {member}: a private key is needed.")
        : Base64UrlEncoder.DecodeBytes(text);
}
