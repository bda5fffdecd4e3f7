using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>
/// The same Express service with express-jwt and jwks-rsa as in <see cref="Auth0AndExpressTests"/>, moved over with its
/// provider kept: Gatehouse in the API's place, and the tokens still come from elsewhere.
/// </summary>
public sealed class OidcProviderAndExpressTests
{
    [Fact]
    public async Task MachineFetchesATokenFromItsProvider_AndGetsInHere()
    {
        await using var provider = await OidcProvider.StartAsync();
        var settings = provider.Settings();
        settings["Tokens:Enabled"] = "false";
        settings["Protection:TrustedIssuers:0:Scopes"] = "products:read products:write";
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = settings,
            SigningKey = null,
            Time = new FakeTimeProvider(DateTimeOffset.UtcNow),
        });

        // app.get('/', …): anyone.
        using (var open = await host.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }

        // app.get('/products', checkJwt, …): not without a token.
        using (var without = await host.GetAsync("/api/products"))
        {
            await without.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
        }

        // A token of the provider with the scope: in. Without it: known, and not allowed (RFC 6750 §3.1).
        using (var listing = await host.GetAsync("/api/products", await provider.GetTokenAsync(scope: "products:read")))
        using (var without = await host.GetAsync("/api/products", await provider.GetTokenAsync(scope: null)))
        {
            Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
            await without.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
            Assert.Contains("error=\"insufficient_scope\", scope=\"products:read\"", without.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        // Writing is another scope.
        var product = new { name = "Lamp", price = 12.5, category = "light" };
        using (var reader = await host.SendAsync(HttpMethod.Post, "/api/products", await provider.GetTokenAsync(scope: "products:read"), JsonContent.Create(product)))
        {
            await reader.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        }

        // Users are administered where they are; nothing here takes or gives a password.
        using var users = await host.GetAsync("/users/ada", await provider.GetTokenAsync(scope: "users:write"));
        await users.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }
}
