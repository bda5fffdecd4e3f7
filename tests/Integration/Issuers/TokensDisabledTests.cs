using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary><c>Tokens:Enabled=false</c>: the API is protected with other issuers' tokens, and issues none.</summary>
public sealed class TokensDisabledTests : IssuerTest
{
    [Theory]
    [InlineData("POST", "/authenticate")]
    [InlineData("POST", "/token")]
    [InlineData("GET", "/token")]
    [InlineData("POST", "/revoke")]
    [InlineData("POST", "/introspect")]
    [InlineData("POST", "/logout")]
    [InlineData("POST", "/me/password")]
    [InlineData("POST", "/authenticate/code")]
    [InlineData("POST", "/authenticate/passkey")]
    [InlineData("POST", "/me/totp")]
    [InlineData("POST", "/me/passkeys/options")]
    [InlineData("POST", "/users")]
    [InlineData("GET", "/users/ada")]
    [InlineData("PATCH", "/users/ada")]
    [InlineData("DELETE", "/users/ada")]
    [InlineData("POST", "/clients")]
    [InlineData("GET", "/clients/importer")]
    [InlineData("PATCH", "/clients/importer")]
    [InlineData("DELETE", "/clients/importer")]
    [InlineData("POST", "/clients/importer/secrets")]
    [InlineData("GET", "/.well-known/jwks.json")]
    [InlineData("GET", "/.well-known/openid-configuration")]
    [InlineData("GET", "/.well-known/oauth-authorization-server")]
    public async Task IssuingRoute_IsNotFound(string method, string path)
    {
        var host = await StartDisabledAsync();
        using var response = await host.SendAsync(new HttpMethod(method), path, Issuer.CreateToken());
        using var unknown = await host.SendAsync(new HttpMethod(method), "/no-such-route", Issuer.CreateToken());

        var problem = await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        var expected = await unknown.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(expected.GetProperty("detail").GetString(), problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task OtherRoutes_AcceptTokensOfTheTrustedIssuer()
    {
        var host = await StartDisabledAsync();

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertStatusAsync(host, Issuer.CreateToken(static claims => claims["scope"] = "openid"), HttpStatusCode.Forbidden);
        using var me = await host.GetAsync("/me", Issuer.CreateToken());
        Assert.Equal("somebody|1", (await me.ReadJsonAsync()).GetProperty("sub").GetString());
        using var ready = await host.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        var checks = (await ready.ReadJsonAsync()).GetProperty("checks");
        Assert.False(checks.TryGetProperty("keys", out _));
        Assert.False(checks.TryGetProperty("revocations", out _));
    }

    [Fact]
    public async Task FormerOwnTokens_AreRefused()
    {
        var before = await StartAsync();
        var own = (await TokenForge.CreateAsync(before)).WithClaim("jti", "own");
        await AssertStatusAsync(before, own, HttpStatusCode.OK);
        var host = await StartDisabledAsync();

        await AssertRefusedAsync(host, own, "comes from another issuer");
    }

    [Fact]
    public async Task HomePage_ListsOnlyEnabledRoutes()
    {
        var host = await StartDisabledAsync();
        using var home = await host.GetAsync("/");

        var links = (await home.ReadJsonAsync()).GetProperty("links").EnumerateObject().Select(static link => link.Name);
        Assert.Equal(["products", "openapi", "health"], links);
    }

    [Fact]
    public async Task Description_HasOnlyEnabledOperations()
    {
        var host = await StartDisabledAsync();
        using var response = await host.GetAsync("/openapi.json");
        var document = await response.ReadJsonAsync();

        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(static path => path.Value.EnumerateObject())
            .Where(static method => method.Value.ValueKind == JsonValueKind.Object && method.Value.TryGetProperty("operationId", out _))
            .Select(static method => method.Value.GetProperty("operationId").GetString()!)
            .ToHashSet();
        Assert.Superset(new HashSet<string> { "Me", "OAuthProtectedResource", "Ready" }, described);
        Assert.Empty(described.Intersect(["Authenticate", "Token", "Revoke", "Introspect", "Logout", "ChangePassword", "CreateUser", "GetUser", "ChangeUser", "DeleteUser", "Jwks", "OpenIdConfiguration", "OAuthAuthorizationServer"]));
        Assert.DoesNotContain("oauth2", document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestWithoutToken_IsChallenged_WithTheDefaultRealm()
    {
        var host = await StartDisabledAsync();
        using var response = await host.ReadSamplesAsync();

        Assert.StartsWith("Bearer realm=\"gatehouse\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTrustedIssuer_TheStartIsRefused()
    {
        var refusal = await Assert.ThrowsAnyAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => StartWithAsync(new Dictionary<string, string?> { ["Tokens:Enabled"] = "false" }));

        Assert.Contains("Protection:TrustedIssuers", refusal.Message, StringComparison.Ordinal);
    }

    private Task<GatehouseHost> StartDisabledAsync()
    {
        var settings = Issuer.Settings();
        settings["Tokens:Enabled"] = "false";
        settings["Tokens:Issuer"] = "";
        settings["Tokens:Audience"] = "";
        return StartWithAsync(settings);
    }
}
