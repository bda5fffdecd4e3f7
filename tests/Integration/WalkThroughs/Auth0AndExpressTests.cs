using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>
/// What an Express service with express-jwt, jwks-rsa and Auth0 does: a public route, a protected one, and a machine
/// that fetches a token by client credentials.
/// </summary>
public sealed class Auth0AndExpressTests
{
    [Fact]
    public async Task MachineFetchesAToken_AndGetsIn()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Clients:0:Scopes"] = "products:read" },
        });
        await host.AddClientSecretAsync();

        // app.get('/', …): anyone.
        using (var open = await host.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }

        // app.get('/products', checkJwt, …): not without a token, and not with any text that looks like one.
        using (var without = await host.GetAsync("/api/products"))
        using (var wrong = await host.GetAsync("/api/products", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        // The client finds the token endpoint and the keys as it did with Auth0.
        using var discovery = await host.GetAsync("/.well-known/openid-configuration");
        var metadata = await discovery.ReadJsonAsync();
        Assert.Equal(GatehouseHost.Issuer, metadata.GetProperty("issuer").GetString());
        var tokenEndpoint = new Uri(metadata.GetProperty("token_endpoint").GetString()!).AbsolutePath;
        using var keys = await host.GetAsync(new Uri(metadata.GetProperty("jwks_uri").GetString()!).AbsolutePath);
        Assert.NotEqual(0, (await keys.ReadJsonAsync()).GetProperty("keys").GetArrayLength());

        // POST /oauth/token with client_id, client_secret and grant_type.
        using var response = await host.PostFormAsync(
            tokenEndpoint,
            ("grant_type", "client_credentials"),
            ("client_id", GatehouseHost.ClientId),
            ("client_secret", GatehouseHost.ClientSecret));
        var tokens = await Hosting.Tokens.ReadAsync(response);

        using var listing = await host.GetAsync("/api/products", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }
}
