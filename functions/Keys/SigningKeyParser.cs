using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>Reads a signing key from the value of a secret version: a private key as PEM, or a JWK (RFC 7517).</summary>
internal static class SigningKeyParser
{
    /// <summary>The shortest RSA modulus, in bits (RFC 7518 §3.3).</summary>
    public const int MinRsaBits = 2048;

    // RFC 7518 §3.2: for HS256 a key of the size of the hash or larger.
    private const int MinSymmetricBytes = 32;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <param name="value">The secret's value.</param>
    /// <param name="key">The key.</param>
    /// <param name="reason">Why it is none, without a bit of the value.</param>
    public static bool TryParse(string value, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? reason)
    {
        key = null;
        try
        {
            key = value.AsSpan().TrimStart().StartsWith("{") ? ParseJwk(value) : ParsePem(value);
            reason = null;
            return true;
        }
        catch (InvalidKeyException e)
        {
            reason = e.Message;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or JsonException or FormatException)
        {
            // Their messages may quote the input.
            reason = "It can't be decoded.";
        }

        return false;
    }

    private static SigningKey ParsePem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new InvalidKeyException("It is neither a private key in PEM nor a JWK.");
        }

        switch (pem[fields.Label])
        {
            case "RSA PRIVATE KEY":
                return ParseRsaPem(pem);
            case "EC PRIVATE KEY":
                return ParseEcPem(pem);
            case "PRIVATE KEY":
                return IsRsa(pem, fields) ? ParseRsaPem(pem) : ParseEcPem(pem);
            case "ENCRYPTED PRIVATE KEY":
                throw new InvalidKeyException("The PEM is encrypted with a password. Store it without: Key Vault encrypts it.");
            default:
                throw new InvalidKeyException("The PEM holds no private key.");
        }
    }

    private static bool IsRsa(string pem, PemFields fields)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(pem[fields.Base64Data]), out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static SigningKey ParseRsaPem(string pem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return CreateRsa(rsa.ExportParameters(includePrivateParameters: true), SecurityAlgorithms.RsaSha256);
    }

    private static SigningKey ParseEcPem(string pem)
    {
        using var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return CreateEc(ec.ExportParameters(includePrivateParameters: true));
    }

    private static SigningKey ParseJwk(string json)
    {
        var jwk = new JsonWebKey(json);
        if (jwk.Use is not (null or "sig"))
        {
            throw new InvalidKeyException("The JWK is not for signing: its use is not sig.");
        }

        var key = jwk.Kty switch
        {
            "RSA" => CreateRsa(ReadRsa(jwk), jwk.Alg is SecurityAlgorithms.RsaSsaPssSha256 ? SecurityAlgorithms.RsaSsaPssSha256 : SecurityAlgorithms.RsaSha256),
            "EC" => CreateEc(ReadEc(jwk)),
            "oct" => CreateSymmetric(Base64UrlEncoder.DecodeBytes(jwk.K)),
            _ => throw new InvalidKeyException("The JWK's kty must be RSA, EC or oct."),
        };
        return jwk.Alg is null || jwk.Alg == key.Algorithm
            ? key
            : throw new InvalidKeyException($"The JWK's alg does not fit its key; expected {key.Algorithm}.");
    }

    private static RSAParameters ReadRsa(JsonWebKey jwk) => new()
    {
        Modulus = Decode(jwk.N, "n"),
        Exponent = Decode(jwk.E, "e"),
        D = Decode(jwk.D, "d"),
        P = Decode(jwk.P, "p"),
        Q = Decode(jwk.Q, "q"),
        DP = Decode(jwk.DP, "dp"),
        DQ = Decode(jwk.DQ, "dq"),
        InverseQ = Decode(jwk.QI, "qi"),
    };

    private static ECParameters ReadEc(JsonWebKey jwk) => jwk.Crv == "P-256"
        ? new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decode(jwk.X, "x"), Y = Decode(jwk.Y, "y") },
            D = Decode(jwk.D, "d"),
        }
        : throw new InvalidKeyException("The JWK's curve must be P-256.");

    private static byte[] Decode(string? text, string member) => string.IsNullOrEmpty(text)
        ? throw new InvalidKeyException($"The JWK lacks {member}: a private key is needed.")
        : Base64UrlEncoder.DecodeBytes(text);

    private static string Encode(byte[]? bytes) => Base64UrlEncoder.Encode(bytes);

    private static SigningKey CreateRsa(RSAParameters parameters, string algorithm)
    {
        // The import checks that the numbers belong together.
        using var rsa = RSA.Create(parameters);
        if (rsa.KeySize < MinRsaBits)
        {
            throw new InvalidKeyException($"The RSA key has {rsa.KeySize} bits; at least {MinRsaBits} are needed.");
        }

        var jwk = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.RSA,
            N = Encode(parameters.Modulus),
            E = Encode(parameters.Exponent),
            D = Encode(parameters.D),
            P = Encode(parameters.P),
            Q = Encode(parameters.Q),
            DP = Encode(parameters.DP),
            DQ = Encode(parameters.DQ),
            QI = Encode(parameters.InverseQ),
        };
        jwk.KeyId = jwk.Kid = Thumbprint(jwk);
        return new SigningKey(jwk.Kid, algorithm, jwk, new PublicJwk
        {
            KeyType = "RSA",
            Algorithm = algorithm,
            Kid = jwk.Kid,
            Modulus = jwk.N,
            Exponent = jwk.E,
        });
    }

    private static SigningKey CreateEc(ECParameters parameters)
    {
        using var ec = ECDsa.Create(parameters);
        if (ec.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
        {
            throw new InvalidKeyException("The EC key is not on the curve P-256.");
        }

        var jwk = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Encode(parameters.Q.X),
            Y = Encode(parameters.Q.Y),
            D = Encode(parameters.D),
        };
        jwk.KeyId = jwk.Kid = Thumbprint(jwk);
        return new SigningKey(jwk.Kid, SecurityAlgorithms.EcdsaSha256, jwk, new PublicJwk
        {
            KeyType = "EC",
            Algorithm = SecurityAlgorithms.EcdsaSha256,
            Kid = jwk.Kid,
            Curve = jwk.Crv,
            X = jwk.X,
            Y = jwk.Y,
        });
    }

    private static SigningKey CreateSymmetric(byte[] secret)
    {
        if (secret.Length < MinSymmetricBytes)
        {
            throw new InvalidKeyException($"The oct JWK has {secret.Length * 8} bits; at least {MinSymmetricBytes * 8} random ones are needed.");
        }

        var key = new SymmetricSecurityKey(secret);

        // RFC 7638 §7 warns that a thumbprint lets a guess at a weak key be checked. So does every token that the key has signed.
        key.KeyId = Thumbprint(key);
        return new SigningKey(key.KeyId, SecurityAlgorithms.HmacSha256, key, PublicJwk: null);
    }

    private static string Thumbprint(SecurityKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());

    private sealed class InvalidKeyException(string reason) : Exception(reason);
}
