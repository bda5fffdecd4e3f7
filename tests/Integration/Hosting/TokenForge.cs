using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Makes tokens as a forger or a broken client would: any header, any payload, any signature.</summary>
internal sealed class TokenForge(GatehouseHost host, SigningKey key)
{
    public SigningKey Key => key;

    public static async Task<TokenForge> CreateAsync(GatehouseHost host) =>
        new(host, await host.Services.GetRequiredService<KeyRing>().GetActiveKeyAsync(TestContext.Current.CancellationToken));

    /// <summary>The header of a good token.</summary>
    public JsonObject Header() => new() { ["alg"] = key.Algorithm, ["kid"] = key.Kid, ["typ"] = "at+jwt" };

    /// <summary>The claims of a good token.</summary>
    public JsonObject Claims()
    {
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = GatehouseHost.Issuer,
            ["aud"] = GatehouseHost.Audience,
            ["sub"] = "somebody",
            ["client_id"] = "gatehouse",
            ["scope"] = "samples:read",
            ["jti"] = "a-token",
            ["iat"] = now,
            ["exp"] = now + 600,
        };
    }

    /// <summary>A token that differs from a good one in one claim; null removes it.</summary>
    public string WithClaim(string name, JsonNode? value)
    {
        var claims = Claims();
        Set(claims, name, value);
        return Sign(Header().ToJsonString(), claims.ToJsonString());
    }

    /// <summary>A token that differs from a good one in one header member; null removes it.</summary>
    public string WithHeader(string name, JsonNode? value)
    {
        var header = Header();
        Set(header, name, value);
        return Sign(header.ToJsonString(), Claims().ToJsonString());
    }

    /// <summary>A token of any header and payload, signed with the real key by the real algorithm.</summary>
    public string Sign(string header, string payload) => Sign(header, payload, SignWithKey);

    /// <summary>A token of any header, payload and signature.</summary>
    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var content = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{content}.{Encode(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private byte[] SignWithKey(byte[] content)
    {
        if (key.Algorithm == SecurityAlgorithms.EcdsaSha256)
        {
            using var ec = CreateEc();
            return ec.SignData(content, HashAlgorithmName.SHA256);
        }

        using var rsa = CreateRsa();
        return rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public RSA CreateRsa()
    {
        var jwk = (JsonWebKey)key.SecurityKey;
        return RSA.Create(new RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(jwk.N),
            Exponent = Base64UrlEncoder.DecodeBytes(jwk.E),
            D = Base64UrlEncoder.DecodeBytes(jwk.D),
            P = Base64UrlEncoder.DecodeBytes(jwk.P),
            Q = Base64UrlEncoder.DecodeBytes(jwk.Q),
            DP = Base64UrlEncoder.DecodeBytes(jwk.DP),
            DQ = Base64UrlEncoder.DecodeBytes(jwk.DQ),
            InverseQ = Base64UrlEncoder.DecodeBytes(jwk.QI),
        });
    }

    public ECDsa CreateEc()
    {
        var jwk = (JsonWebKey)key.SecurityKey;
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64UrlEncoder.DecodeBytes(jwk.D),
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(jwk.X), Y = Base64UrlEncoder.DecodeBytes(jwk.Y) },
        });
    }

    private static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (value is null)
        {
            target.Remove(name);
        }
        else
        {
            target[name] = value;
        }
    }
}
