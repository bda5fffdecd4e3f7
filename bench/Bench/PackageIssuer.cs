using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Bench;

/// <summary>The issuer that the app with the package trusts: its key set on loopback, and a token.</summary>
internal sealed class PackageIssuer : IAsyncDisposable
{
    private const string Name = "https://login.example.com/";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly WebApplication _app;

    private PackageIssuer(WebApplication app) => _app = app;

    /// <summary>The settings by which an app trusts this issuer.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
        ["Protection__TrustedIssuers__0__Issuer"] = Name,
        ["Protection__TrustedIssuers__0__JwksUri"] = $"{_app.Urls.Single()}/keys",
        ["Protection__TrustedIssuers__0__Audience"] = "orders",
        ["Protection__TrustedIssuers__0__Scopes"] = "orders:read",
    };

    public static async Task<PackageIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new PackageIssuer(builder.Build());
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer._key.Rsa.ExportParameters(false)));
        issuer._app.MapGet("/keys", () => Results.Text($$"""{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"1","n":"{{key.N}}","e":"{{key.E}}"}]}""", "application/json"));
        await issuer._app.StartAsync();
        return issuer;
    }

    public string CreateToken() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Name,
        Audience = "orders",
        TokenType = "at+jwt",
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        Claims = new Dictionary<string, object> { ["sub"] = "ada", ["client_id"] = "shop", ["jti"] = "1", ["scope"] = "orders:read" },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Rsa.Dispose();
    }
}
