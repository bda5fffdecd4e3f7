using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Unit.Keys;

public sealed class SigningKeyParserTests
{
    private static readonly RSA Rsa = RSA.Create(2048);

    // A PKCS#8 key of an unsupported algorithm, used nowhere else.
    private static readonly string Ed25519 = PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302E020100300506032B657004220420"), .. new byte[32]]);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static TheoryData<string, string> Keys() => new()
    {
        { Rsa.ExportPkcs8PrivateKeyPem(), "RS256" },
        { Rsa.ExportRSAPrivateKeyPem(), "RS256" },
        { "\r\n" + Rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n") + "\r\n", "RS256" },
        { RsaJwk(null), "RS256" },
        { RsaJwk("RS256"), "RS256" },
        { RsaJwk("PS256"), "PS256" },
        { Ec.ExportPkcs8PrivateKeyPem(), "ES256" },
        { Ec.ExportECPrivateKeyPem(), "ES256" },
        { EcJwk("P-256"), "ES256" },
        { "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + Ec.ExportECPrivateKeyPem(), "ES256" },
        { Rsa.ExportPkcs8PrivateKeyPem() + "\n" + CertificatePem(), "RS256" },
        { CertificatePem() + "\n" + Rsa.ExportPkcs8PrivateKeyPem(), "RS256" },
        { Rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n"), "RS256" },
        { $"\"{Ec.ExportECPrivateKeyPem().ReplaceLineEndings("\\r\\n")}\\n\"", "ES256" },
        { "\uFEFF" + Rsa.ExportPkcs8PrivateKeyPem(), "RS256" },
        { "\uFEFF" + RsaJwk(null) + "\r\n", "RS256" },
        { $$"""{"keys":[{{RsaJwk("PS256")}}]}""", "PS256" },
        { $$"""{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{{EcJwk("P-256")}}]}""", "ES256" },
        { EcJwk("P-256").Replace("{", """{"use":"sig","key_ops":["verify","sign"],""", StringComparison.Ordinal), "ES256" },
    };

    public static TheoryData<string, string> Refused() => new()
    {
        { "", "neither a private key in PEM nor a JWK" },
        { "hunter2", "neither a private key in PEM nor a JWK" },
        { Rsa.ExportSubjectPublicKeyInfoPem(), "holds no private key" },
        { Rsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), "encrypted with a password" },
        { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "can't be decoded" },
        { CertificatePem(), "holds no private key" },
        { Rsa.ExportPkcs8PrivateKeyPem() + "\n" + Ec.ExportPkcs8PrivateKeyPem(), "more than one private key" },
        { Ed25519, "neither an RSA nor an EC key" },
        { RsaJwk(null, modulus: OtherModulus()), "do not form a key" },
        { EcJwk("P-256", isPublicHalfOfAnother: true), "do not form a key" },
        { ShortRsa(), "has 1024 bits; at least 2048" },
        { OtherCurve(), "not on the curve P-256" },
        { EcJwk("P-384"), "curve must be P-256" },
        { """{"kty":"RSA","n":"AQAB","e":"AQAB"}""", "lacks d" },
        { """{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB"}""", "lacks d" },
        { """{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB","d":"AQAB"}""", "can't be decoded" },
        { RsaJwk("ES256"), "alg does not fit its key" },
        { RsaJwk("none"), "alg does not fit its key" },
        { """{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "must be RSA or EC" },
        { """{"kty":"OKP","crv":"Ed25519"}""", "must be RSA or EC" },
        { """{"kty":"RSA","use":"enc","n":"AQAB"}""", "not for signing" },
        { $$"""{"keys":[{{RsaJwk(null)}},{{EcJwk("P-256")}}]}""", "JWK set holds more than one private key" },
        { """{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},7]}""", "JWK set holds no private key" },
        { """{"keys":[]}""", "JWK set holds no private key" },
        { """{"keys":{}}""", "JWK set holds no private key" },
        { """{"keys":[{"kty":"oct","k":"AAAA"}]}""", "must be RSA or EC" },
        { EcJwk("P-256").Replace("{", """{"use":"enc",""", StringComparison.Ordinal), "for encryption (use: enc)" },
        { EcJwk("P-256").Replace("{", """{"use":"hunter2",""", StringComparison.Ordinal), "its use is not sig" },
        { EcJwk("P-256").Replace("{", """{"key_ops":["decrypt","hunter2"],""", StringComparison.Ordinal), "its key_ops are [decrypt], without sign" },
        { "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "format of OpenSSH" },
        { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----", "encrypted with a password" },
        { "-----BEGIN EC PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-256-CBC,00\r\n\r\nAAAA\r\n-----END EC PRIVATE KEY-----", "encrypted with a password" },
        { """{"kty":""", "can't be decoded" },
        { """{}""", "must be RSA or EC" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void TryParse_AKey_HasItsAlgorithmAndThumbprint(string value, string algorithm)
    {
        Assert.True(SigningKeyParser.TryParse(value, out var key, out _));

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(Base64UrlEncoder.Encode(key.SecurityKey.ComputeJwkThumbprint()), key.Kid);
        Assert.Equal(key.Kid, key.SecurityKey.KeyId);
        Assert.Equal((key.Kid, algorithm), (key.PublicJwk.Kid, key.PublicJwk.Algorithm));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_InvalidKey_ReturnsTheReason_WithoutTheValue(string value, string expected)
    {
        Assert.False(SigningKeyParser.TryParse(value, out _, out var reason));

        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TheSameKeyAsPemAndAsJwk_HasOneThumbprint()
    {
        Assert.True(SigningKeyParser.TryParse(Rsa.ExportPkcs8PrivateKeyPem(), out var pem, out _));
        Assert.True(SigningKeyParser.TryParse(RsaJwk("PS256"), out var jwk, out _));

        Assert.Equal(pem.Kid, jwk.Kid);
    }

    [Theory]
    [InlineData("d")]
    [InlineData("dp")]
    [InlineData("dq")]
    public void TryParse_RsaJwk_WithAShortNumber_IsAccepted(string member)
    {
        var jwk = ShortNumberJwk.Create(member);

        Assert.True(SigningKeyParser.TryParse(jwk, out var key, out var reason), reason);
        Assert.Equal("RS256", key.Algorithm);
    }

    [Fact]
    public void TryParse_RsaJwk_WithALeadingZeroByte_HasTheThumbprintOfThePem()
    {
        var modulus = Encode([0, .. Rsa.ExportParameters(includePrivateParameters: false).Modulus!]);
        Assert.True(SigningKeyParser.TryParse(Rsa.ExportPkcs8PrivateKeyPem(), out var pem, out _));

        Assert.True(SigningKeyParser.TryParse(RsaJwk(null, modulus), out var jwk, out var reason), reason);
        Assert.Equal(pem.PublicJwk, jwk.PublicJwk);
    }

    [Fact]
    public void ToString_HasNoPrivatePart()
    {
        Assert.True(SigningKeyParser.TryParse(Rsa.ExportPkcs8PrivateKeyPem(), out var key, out _));

        Assert.Equal($"RS256 {key.Kid}", key.ToString());
    }

    private static string ShortRsa()
    {
        using var rsa = RSA.Create(1024);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private static string OtherCurve()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return ec.ExportPkcs8PrivateKeyPem();
    }

    private static string OtherModulus()
    {
        using var other = RSA.Create(2048);
        return Encode(other.ExportParameters(includePrivateParameters: false).Modulus);
    }

    private static string CertificatePem()
    {
        using var certificate = new CertificateRequest("CN=test", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private static string RsaJwk(string? algorithm, string? modulus = null)
    {
        var key = Rsa.ExportParameters(includePrivateParameters: true);
        return JsonSerializer.Serialize(new { kty = "RSA", alg = algorithm, n = modulus ?? Encode(key.Modulus), e = Encode(key.Exponent), d = Encode(key.D), p = Encode(key.P), q = Encode(key.Q), dp = Encode(key.DP), dq = Encode(key.DQ), qi = Encode(key.InverseQ) });
    }

    private static string EcJwk(string curve, bool isPublicHalfOfAnother = false)
    {
        var key = Ec.ExportParameters(includePrivateParameters: true);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = isPublicHalfOfAnother ? other.ExportParameters(includePrivateParameters: false).Q : key.Q;
        return JsonSerializer.Serialize(new { kty = "EC", crv = curve, x = Encode(point.X), y = Encode(point.Y), d = Encode(key.D) });
    }

    private static string Encode(byte[]? bytes) => Base64UrlEncoder.Encode(bytes);
}
