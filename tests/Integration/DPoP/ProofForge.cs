using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Makes DPoP proofs as a client does, and as an attacker or a broken client would: any header, any claims, any signature.</summary>
internal sealed class ProofForge : IDisposable
{
    private readonly Func<FakeTimeProvider> _time;
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;
    private int _proofs;

    public ProofForge(GatehouseHost host, string algorithm = "ES256", int rsaBits = 2048)
        : this(() => host.Time, algorithm, rsaBits)
    {
    }

    /// <param name="time">The clock, asked for when the first proof is made.</param>
    /// <param name="algorithm">ES256, PS256 or RS256.</param>
    /// <param name="rsaBits">The size of an RSA key.</param>
    public ProofForge(Func<FakeTimeProvider> time, string algorithm = "ES256", int rsaBits = 2048)
    {
        _time = time;
        Algorithm = algorithm;
        if (algorithm == "ES256")
        {
            _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        }
        else
        {
            _rsa = RSA.Create(rsaBits);
        }
    }

    public string Algorithm { get; }

    /// <summary>The RFC 7638 thumbprint of the key.</summary>
    public string Thumbprint => Base64UrlEncoder.Encode(new JsonWebKey(Jwk().ToJsonString()).ComputeJwkThumbprint());

    /// <summary>The public key.</summary>
    public JsonObject Jwk()
    {
        if (_rsa?.ExportParameters(includePrivateParameters: false) is { } rsa)
        {
            return new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(rsa.Modulus), ["e"] = Base64UrlEncoder.Encode(rsa.Exponent) };
        }

        var ec = _ec!.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(ec.Q.X), ["y"] = Base64UrlEncoder.Encode(ec.Q.Y) };
    }

    /// <summary>The header of a good proof.</summary>
    public JsonObject Header() => new() { ["typ"] = "dpop+jwt", ["alg"] = Algorithm, ["jwk"] = Jwk() };

    /// <summary>The claims of a good proof.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="path">The path of the request, after the public URL.</param>
    /// <param name="token">The access token that goes with it; null where a token is asked for.</param>
    /// <param name="nonce">The server's nonce.</param>
    public JsonObject Claims(string method, string path, string? token = null, string? nonce = null)
    {
        var claims = new JsonObject
        {
            ["jti"] = "proof-" + (++_proofs).ToString(CultureInfo.InvariantCulture),
            ["htm"] = method,
            ["htu"] = GatehouseHost.Issuer + path,
            ["iat"] = _time().GetUtcNow().ToUnixTimeSeconds(),
        };
        if (token is not null)
        {
            claims["ath"] = TokenForge.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        return claims;
    }

    /// <summary>A good proof.</summary>
    public string Prove(string method, string path, string? token = null, string? nonce = null) => Sign(Header(), Claims(method, path, token, nonce));

    /// <summary>A proof of any header and claims, signed with the key.</summary>
    public string Sign(JsonObject header, JsonObject claims) => TokenForge.Sign(header.ToJsonString(), claims.ToJsonString(), SignWithKey);

    /// <summary>The signature of the key.</summary>
    public byte[] SignWithKey(byte[] content) =>
        _ec?.SignData(content, HashAlgorithmName.SHA256)
        ?? _rsa!.SignData(content, HashAlgorithmName.SHA256, Algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
    }
}
