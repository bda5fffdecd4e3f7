using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Protection;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>Reads a signing key from the value of a secret version: a private key as PEM, or a JWK (RFC 7517).</summary>
internal static class SigningKeyParser
{
    // The algorithms of a PKCS#8 key: RFC 8017 appendix A.1, RFC 5480 §2.1.1.
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string EcPublicKey = "1.2.840.10045.2.1";

    private const string Encrypted = "The PEM is encrypted with a password. Store it without one: Key Vault encrypts it.";

    /// <param name="value">The secret's value.</param>
    /// <param name="key">The key.</param>
    /// <param name="reason">The reason why the value is not a key, without any part of the value.</param>
    public static bool TryParse(string value, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? reason)
    {
        key = null;
        try
        {
            var text = SecretText.Trim(value);
            key = text.AsSpan().TrimStart().StartsWith("{") ? SigningJwk.Parse(text) : ParsePem(Unescape(text));
            reason = null;
            return true;
        }
        catch (InvalidKeyException e)
        {
            reason = e.Message;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or JsonException or FormatException or AsnContentException)
        {
            // Their messages may quote the input.
            reason = "It can't be decoded, or its numbers do not form a key.";
        }

        return false;
    }

    // Settings and .env files hold a PEM in one line, in quotes and with \n for line breaks. Base64 has no backslash.
    private static string Unescape(string pem) =>
        pem.Trim().Trim('"', '\'').Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);

    private static SigningKey ParsePem(string text)
    {
        // RFC 1421 §4.6.1.1, which OpenSSL still writes: headers between label and Base64, which PemEncoding doesn't read.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new InvalidKeyException(Encrypted);
        }

        var pem = FindPrivateKey(text, out var label);
        switch (label)
        {
            case "RSA PRIVATE KEY":
                return ParseRsa(pem);
            case "EC PRIVATE KEY":
                return ParseEc(pem);
            case "PRIVATE KEY":
                return ParsePkcs8(pem);
            case "ENCRYPTED PRIVATE KEY":
                throw new InvalidKeyException(Encrypted);
            case "OPENSSH PRIVATE KEY":
                throw new InvalidKeyException("The key has the format of OpenSSH. Convert it to PEM: ssh-keygen -p -m PKCS8 -f FILE.");
            default:
                throw new InvalidKeyException("The PEM holds neither an RSA nor an EC key.");
        }
    }

    /// <summary>
    /// The one private key among the PEM blocks. Other blocks may stand beside it: <c>openssl ecparam</c> writes the
    /// curve before the key, and a certificate often comes in the same file.
    /// </summary>
    private static ReadOnlySpan<char> FindPrivateKey(ReadOnlySpan<char> text, out string label)
    {
        label = "";
        ReadOnlySpan<char> found = default;
        var isPem = false;
        while (PemEncoding.TryFind(text, out var fields))
        {
            isPem = true;
            if (text[fields.Label].EndsWith("PRIVATE KEY"))
            {
                if (!found.IsEmpty)
                {
                    throw new InvalidKeyException("The PEM holds more than one private key. Create a version of the secret for each.");
                }

                label = text[fields.Label].ToString();
                found = text[fields.Location];
            }

            text = text[fields.Location.End..];
        }

        if (found.IsEmpty)
        {
            throw new InvalidKeyException(isPem ? "The PEM holds no private key." : "It is neither a private key in PEM nor a JWK.");
        }

        return found;
    }

    private static SigningKey ParsePkcs8(ReadOnlySpan<char> pem)
    {
        var fields = PemEncoding.Find(pem);
        var info = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data].ToString()), AsnEncodingRules.BER).ReadSequence();

        // RFC 5958 §2: the version, then the algorithm.
        _ = info.ReadInteger();
        return info.ReadSequence().ReadObjectIdentifier() switch
        {
            RsaEncryption => ParseRsa(pem),
            EcPublicKey => ParseEc(pem),
            _ => throw new InvalidKeyException("The PEM holds neither an RSA nor an EC key."),
        };
    }

    private static SigningKey ParseRsa(ReadOnlySpan<char> pem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return SigningKeyFactory.CreateRsa(rsa, SecurityAlgorithms.RsaSha256);
    }

    private static SigningKey ParseEc(ReadOnlySpan<char> pem)
    {
        using var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return SigningKeyFactory.CreateEc(ec);
    }
}

/// <summary>Reads a signing key from a JWK (RFC 7517, RFC 7518 §6).</summary>
internal static class SigningJwk
{
    // RFC 7517 §4.3, without sign: only these known values may be printed.
    private static readonly string[] OtherOperations = ["verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];

    /// <summary>Reads a JWK, or the one private key of a JWK set.</summary>
    /// <exception cref="InvalidKeyException">The key may not sign. Other exceptions are thrown when the JWK can't be decoded.</exception>
    public static SigningKey Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ParseKey(document.RootElement.TryGetProperty("keys", out var keys) ? FindPrivateKey(keys) : json);
    }

    // RFC 7518 §6: d is the private number of RSA, EC and OKP keys, k the value of a symmetric key.
    private static string FindPrivateKey(JsonElement keys)
    {
        JsonElement[] privateKeys = keys.ValueKind == JsonValueKind.Array
            ? [.. keys.EnumerateArray().Where(static key => key.ValueKind == JsonValueKind.Object && (key.TryGetProperty("d", out _) || key.TryGetProperty("k", out _)))]
            : [];
        return privateKeys switch
        {
            [var key] => key.GetRawText(),
            [] => throw new InvalidKeyException("The JWK set holds no private key."),
            _ => throw new InvalidKeyException("The JWK set holds more than one private key. Create a version of the secret for each."),
        };
    }

    private static SigningKey ParseKey(string json)
    {
        var jwk = new JsonWebKey(json);
        if (jwk.Use is not (null or "sig"))
        {
            throw new InvalidKeyException(jwk.Use == "enc" ? "The JWK is for encryption (use: enc), not for signing." : "The JWK is not for signing: its use is not sig.");
        }

        if (jwk.KeyOps.Count > 0 && !jwk.KeyOps.Contains("sign"))
        {
            throw new InvalidKeyException($"The JWK is not for signing: its key_ops are [{string.Join(", ", OtherOperations.Where(jwk.KeyOps.Contains))}], without sign.");
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
