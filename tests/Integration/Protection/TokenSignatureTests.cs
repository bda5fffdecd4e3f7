using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>Tokens of a wrong algorithm, key or signature.</summary>
public sealed class TokenSignatureTests(SharedHost shared) : ForgedTokenTests(shared)
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task AnotherAlgorithm_IsRefused(string algorithm) =>
        await AssertRejectedAsync(Forge.WithHeader("alg", algorithm), "another algorithm than that of its key");

    [Fact]
    public Task NoAlgorithm_IsRefused() => AssertRejectedAsync(Forge.WithHeader("alg", null), "another algorithm than that of its key");

    [Fact]
    public async Task UnsignedToken_IsRefused()
    {
        var header = Forge.Header();
        header["alg"] = "none";
        var token = TokenForge.Sign(header.ToJsonString(), Forge.Claims().ToJsonString(), static _ => []);

        await AssertRejectedAsync(token, "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task Hs256SignedWithThePublicKey_IsRefused()
    {
        using var rsa = Forge.CreateRsa();
        var header = Forge.Header();
        header["alg"] = "HS256";
        foreach (var publicKey in new[] { rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()) })
        {
            var token = TokenForge.Sign(header.ToJsonString(), Forge.Claims().ToJsonString(), content => HMACSHA256.HashData(publicKey, content));

            await AssertRejectedAsync(token, "another algorithm than that of its key");
        }
    }

    [Fact]
    public async Task SignedWithAnotherKey_UnderOurKeyId_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        var token = TokenForge.Sign(
            Forge.Header().ToJsonString(),
            Forge.Claims().ToJsonString(),
            content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        await AssertRejectedAsync(token, "signature of the access token is wrong");
    }

    [Fact]
    public async Task WrongSignature_IsReported_BeforeAnyClaimIsRead()
    {
        var claims = Forge.Claims();
        claims["scope"] = 17;
        var token = TokenForge.Sign(Forge.Header().ToJsonString(), claims.ToJsonString(), static _ => new byte[256]);

        await AssertRejectedAsync(token, "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("another")]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR '1'='1")]
    [InlineData("x\u0000y")]
    public Task UnknownKeyId_IsRefused(string kid) => AssertRejectedAsync(Forge.WithHeader("kid", kid), "signed with an unknown key");

    [Fact]
    public Task NoKeyId_IsRefused() => AssertRejectedAsync(Forge.WithHeader("kid", null), "names no key");

    [Fact]
    public Task KeyIdOtherThanAString_IsRefused() => AssertRejectedAsync(Forge.WithHeader("kid", 17), "names no key");

    [Fact]
    public async Task EmbeddedKey_IsNotUsed()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var header = Forge.Header();
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = TokenForge.Encode(parameters.Modulus!),
            ["e"] = TokenForge.Encode(parameters.Exponent!),
        };

        await AssertRejectedAsync(SignWith(rsa, header), "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("jku", "https://attacker.example/jwks.json")]
    [InlineData("x5u", "https://attacker.example/certificate.pem")]
    public async Task KeyByReference_IsNotFetched(string member, string url)
    {
        using var rsa = RSA.Create(2048);
        var header = Forge.Header();
        header[member] = url;

        await AssertRejectedAsync(SignWith(rsa, header), "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("b64")]
    public Task CriticalHeader_IsRefused(string extension) =>
        AssertRejectedAsync(Forge.WithHeader("crit", new JsonArray(extension)), "asks for an extension");

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task TruncatedSignature_IsRefused(int characters)
    {
        var token = GoodToken();
        using var response = await Host.ReadSamplesAsync(token[..^characters]);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData("AAAA")]
    [InlineData("%20")]
    public async Task PaddedSignature_IsRefused(string padding)
    {
        using var response = await Host.ReadSamplesAsync(GoodToken() + padding);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task SignatureWithStrayBits_IsRefused()
    {
        // 256 bytes end with a character of which four bits count; the same bytes have fifteen other spellings.
        var token = GoodToken();
        var other = token[..^1] + (char)(token[^1] + 1);

        await AssertRejectedAsync(other, "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task TamperedClaim_IsRefused()
    {
        var parts = GoodToken().Split('.');
        var claims = Forge.Claims();
        claims["scope"] = "samples:read samples:write samples:delete users:write";
        parts[1] = TokenForge.Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));

        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
    }

    [Fact]
    public async Task RefusedToken_IsNotRemembered_AsAccepted()
    {
        var parts = GoodToken().Split('.');
        using (var first = await Host.ReadSamplesAsync(string.Join('.', parts)))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        parts[2] = TokenForge.Encode(new byte[256]);

        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
    }

    /// <summary>A valid signature, and each member of header and payload with a value of each type.</summary>
    public static TheoryData<string> OtherFaults() =>
    [
        .. ((string[])["typ", "cty", "x5t", "x5t#S256", "x5c", "zip", "enc", "epk", "b64", "kid", "iss", "aud"]).Select(static name => "header " + name),
        .. ((string[])["iss", "aud", "sub", "client_id", "scope", "jti", "iat", "exp", "nbf", "auth_time", "sid", "roles", "cnf", "azp", "act", "actort"]).Select(static name => "payload " + name),
    ];

    [Theory]
    [MemberData(nameof(OtherFaults))]
    public async Task RightSignature_IsNeverCalledWrong(string place)
    {
        var name = place.Split(' ')[1];
        foreach (var json in (string[])["null", "true", "17", "-1", "1e300", "1e-7", "9223372036854775807", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "[1]", "[null]", "[\"x\",1]", "[[]]", "{}", "{\"a\":{}}"])
        {
            var (header, claims) = (Forge.Header(), Forge.Claims());
            var changed = place.StartsWith("header", StringComparison.Ordinal) ? header : claims;
            changed.Remove(name);
            var text = changed.ToJsonString()[..^1] + $",\"{name}\":{json}}}";
            var token = changed == header ? Forge.Sign(text, claims.ToJsonString()) : Forge.Sign(header.ToJsonString(), text);

            using var response = await Host.ReadSamplesAsync(token);

            Assert.False(response.Headers.WwwAuthenticate.ToString().Contains("signature", StringComparison.Ordinal), $"{place} = {json}: {response.Headers.WwwAuthenticate}");
        }
    }

    private static string SignWith(RSA rsa, JsonObject header) => TokenForge.Sign(
        header.ToJsonString(),
        new JsonObject { ["iss"] = GatehouseHost.Issuer, ["aud"] = GatehouseHost.Audience, ["sub"] = "x", ["client_id"] = "x", ["scope"] = "samples:read", ["jti"] = "x", ["iat"] = 1, ["exp"] = 4_102_444_800 }.ToJsonString(),
        content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
