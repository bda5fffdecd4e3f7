using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>An issuer on loopback: a discovery document, a key set, and tokens.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private const string Audience = "https://api.example.com";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "test" };
    private readonly WebApplication _server;

    private TestIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        var key = _key.Rsa.ExportParameters(includePrivateParameters: false);
        var jwk = new { kty = "RSA", kid = _key.KeyId, alg = "RS256", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) };
        _server.MapGet("/.well-known/openid-configuration", () => new { issuer = Url, jwks_uri = $"{Url}/keys" });
        _server.MapGet("/keys", () => new { keys = new[] { jwk } });
    }

    public string Url => _server.Urls.First();

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer._server.StartAsync();
        return issuer;
    }

    /// <summary>The app settings that trust it.</summary>
    public void Trust(IDictionary<string, string?> settings)
    {
        settings["Protection__TrustedIssuers__0__Authority"] = Url;
        settings["Protection__TrustedIssuers__0__Audience"] = Audience;
        settings["Protection__TrustedIssuers__0__Scopes"] = "orders:read";
    }

    public string CreateToken(string scope) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = "at+jwt",
        Issuer = Url,
        Audience = Audience,
        Claims = new Dictionary<string, object> { ["sub"] = "alice", ["client_id"] = "tests", ["scope"] = scope },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Rsa.Dispose();
    }
}
