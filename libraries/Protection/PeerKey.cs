using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>
/// A public key of somebody else, for one algorithm: the key of a DPoP proof or of a client. Read strictly, because whoever
/// sends it may be an attacker: public numbers only, strong enough, none so large that checking a signature becomes a burden.
/// </summary>
internal sealed class PeerKey
{
    /// <summary>The shortest RSA modulus, in bits (RFC 7518 §3.3).</summary>
    public const int MinRsaBits = 2048;

    private const int MaxRsaBits = 4096;

    // The exponent decides what a check costs. 65537 has 3 bytes; nobody uses more than 4.
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

    /// <summary>The algorithms that are taken: asymmetric ones, of which Gatehouse signs with the same three.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>One of <see cref="Algorithms"/>.</summary>
    public string Algorithm { get; }

    /// <summary>What the key calls itself; null when it does not.</summary>
    public string? Kid { get; }

    /// <summary>The RFC 7638 thumbprint, of the numbers and not of their spelling.</summary>
    public string Thumbprint { get; }

    /// <summary>Reads a key from a JWK (RFC 7517, RFC 7518 §6).</summary>
    /// <exception cref="InvalidKeyException">It is none, holds a private number, is too weak or too large, or is not for the algorithm.</exception>
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
            throw new InvalidKeyException("Its numbers can't be read, or are no key.");
        }
    }

    /// <summary>Whether a signature is right. Safe to call from many threads.</summary>
    public bool Verify(byte[] content, byte[] signature)
    {
        try
        {
            return _provider.Verify(content, signature);
        }
        catch (CryptographicException)
        {
            // A signature of the wrong length, on some platforms.
            return false;
        }
    }

    private static JsonWebKey ReadNumbers(JsonElement jwk, string algorithm)
    {
        if (PrivateMembers.Any(member => jwk.TryGetProperty(member, out _)))
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

        // Makes sure that the point is on the curve.
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

/// <summary>A secret's value is no signing key.</summary>
/// <param name="reason">Why, without a bit of the value: it is logged.</param>
internal sealed class InvalidKeyException(string reason) : Exception(reason);
