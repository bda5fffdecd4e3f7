using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>
/// A public key of another party, for one algorithm: the key of a DPoP proof or of a client. It is read strictly,
/// because the sender may be an attacker: public numbers only, strong enough, and not so large that checking a
/// signature becomes a burden.
/// </summary>
internal sealed class PeerKey
{
    /// <summary>The shortest RSA modulus, in bits (RFC 7518 §3.3).</summary>
    public const int MinRsaBits = 2048;

    private const int MaxRsaBits = 4096;

    // The exponent determines the cost of a check. 65537, the usual one, has 3 bytes.
    private const int MaxExponentBytes = 4;

    // Private members of RFC 7518 §6.2.2, §6.3.2 and §6.4.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private static readonly CryptoProviderFactory Cryptography = new() { CacheSignatureProviders = false };

    private readonly SignatureProvider _provider;

    private PeerKey(JsonWebKey key, string algorithm, string? kid)
    {
        Algorithm = algorithm;
        Kid = kid;
        Thumbprint = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        _provider = Cryptography.CreateForVerifying(key, algorithm);
    }

    /// <summary>The accepted algorithms, the same three that Gatehouse signs with.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>One of <see cref="Algorithms"/>.</summary>
    public string Algorithm { get; }

    /// <summary>The key id (<c>kid</c>); null when the key has none.</summary>
    public string? Kid { get; }

    /// <summary>The RFC 7638 thumbprint, computed from the numbers rather than from their encoding.</summary>
    public string Thumbprint { get; }

    /// <summary>Reads a key from a JWK (RFC 7517, RFC 7518 §6).</summary>
    /// <exception cref="InvalidKeyException">The value is not a key, holds a private number, is too weak or too large, or is not for the algorithm.</exception>
    public static PeerKey Parse(JsonElement jwk, string algorithm)
    {
        try
        {
            return jwk.ValueKind == JsonValueKind.Object
                ? new PeerKey(ReadNumbers(jwk, algorithm), algorithm, jwk.FindString("kid"))
                : throw new InvalidKeyException("It is not a JSON object.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or NotSupportedException)
        {
            // Their messages may quote the input.
            throw new InvalidKeyException("Its numbers can't be read, or do not form a key.");
        }
    }

    /// <summary>Whether a JWK is a private or a symmetric key.</summary>
    public static bool HoldsPrivateNumber(JsonElement jwk) => jwk.ValueKind == JsonValueKind.Object && PrivateMembers.Any(member => jwk.TryGetProperty(member, out _));

    /// <summary>Whether a signature is valid. Safe to call from many threads.</summary>
    public bool Verify(byte[] content, byte[] signature)
    {
        try
        {
            return _provider.Verify(content, signature);
        }
        catch (CryptographicException)
        {
            // Some platforms throw for a signature of the wrong length.
            return false;
        }
    }

    private static JsonWebKey ReadNumbers(JsonElement jwk, string algorithm)
    {
        if (HoldsPrivateNumber(jwk))
        {
            throw new InvalidKeyException("It holds a private or a symmetric key.");
        }

        if (!jwk.TryGetOptionalString("use", out var use) || (use ?? "sig") != "sig" || !jwk.TryGetOptionalString("alg", out var alg) || (alg ?? algorithm) != algorithm)
        {
            throw new InvalidKeyException("Its use or alg does not fit the algorithm.");
        }

        return (algorithm, jwk.FindString("kty")) switch
        {
            (SecurityAlgorithms.EcdsaSha256, JsonWebAlgorithmsKeyTypes.EllipticCurve) => ReadEc(jwk),
            (SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSsaPssSha256, JsonWebAlgorithmsKeyTypes.RSA) => ReadRsa(jwk),
            _ => throw new InvalidKeyException("Its kty is not that of the algorithm."),
        };
    }

    private static JsonWebKey ReadEc(JsonElement jwk)
    {
        if (jwk.FindString("crv") != JsonWebKeyECTypes.P256)
        {
            throw new InvalidKeyException("Its curve is not P-256.");
        }

        var point = new ECPoint { X = Decode(jwk, "x"), Y = Decode(jwk, "y") };

        // The import checks that the point is on the curve.
        using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private static JsonWebKey ReadRsa(JsonElement jwk)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Decode(jwk, "n"), Exponent = Decode(jwk, "e") });
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        if (rsa.KeySize is < MinRsaBits or > MaxRsaBits || numbers.Exponent!.Length > MaxExponentBytes)
        {
            throw new InvalidKeyException($"Its modulus must have {MinRsaBits} to {MaxRsaBits} bits, and its exponent at most {MaxExponentBytes * 8}.");
        }

        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.RSA,
            N = Base64UrlEncoder.Encode(numbers.Modulus),
            E = Base64UrlEncoder.Encode(numbers.Exponent),
        };
    }

    private static byte[] Decode(JsonElement jwk, string member) =>
        Base64UrlEncoder.DecodeBytes(jwk.FindString(member) ?? throw new InvalidKeyException($"It lacks {member}."));
}

/// <summary>A key is malformed, too weak or of the wrong type.</summary>
/// <param name="reason">The reason, without any part of the value, because it is logged.</param>
internal sealed class InvalidKeyException(string reason) : Exception(reason);
