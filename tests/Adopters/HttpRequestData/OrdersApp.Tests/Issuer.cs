using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersApp.Tests;

/// <summary>An issuer on loopback: its key set, and tokens that it signs.</summary>
public sealed class Issuer : IAsyncDisposable
{
    private const string Name = "https://login.example.com/";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly WebApplication _app;

    private Issuer(WebApplication app) => _app = app;

    public static async Task<Issuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new Issuer(builder.Build());
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer._key.Rsa.ExportParameters(false)));
        issuer._app.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = key.N, e = key.E } } }));
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>The settings by which an app trusts this issuer.</summary>
    public void AddTo(IDictionary<string, string?> settings)
    {
        settings["Protection__TrustedIssuers__0__Issuer"] = Name;
        settings["Protection__TrustedIssuers__0__JwksUri"] = $"{_app.Urls.Single()}/keys";
        settings["Protection__TrustedIssuers__0__Audience"] = "orders";
        settings["Protection__TrustedIssuers__0__Scopes"] = "orders:read";
        settings["Protection__TrustedIssuers__0__RoleClaims"] = "roles";
    }

    public string CreateToken(string scope, params string[] roles) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Name,
        Audience = "orders",
        TokenType = "at+jwt",
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        Claims = new Dictionary<string, object> { ["sub"] = "ada", ["client_id"] = "shop", ["jti"] = Guid.NewGuid().ToString("N"), ["scope"] = scope, ["roles"] = roles },
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
