using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>What a trusted issuer's token may do here: what it claims, in this API's words, and never more than the issuer is trusted with.</summary>
public sealed class GrantedScopesTests : IssuerTest
{
    [Theory]
    [InlineData("scope", "\"openid products:read\"")]
    [InlineData("scope", "[\"openid\",\"products:read\"]")]
    [InlineData("scp", "\"products:read\"")]
    [InlineData("permissions", "[\"products:read\"]")]
    [InlineData("roles", "[\"viewer\"]")]
    [InlineData("roles", "\"viewer\"")]
    [InlineData("roles", "[\"unknown\",\"editor\"]")]
    public async Task ClaimOfTheDefaults_GivesWhatItSays(string claim, string value)
    {
        var host = await StartAsync();

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("groups", "[\"products:read\"]")]
    [InlineData("scope", "\"products:READ\"")]
    [InlineData("scope", "{\"products:read\":true}")]
    [InlineData("scope", "\"products:readproducts:write\"")]
    [InlineData("scope", "\"*\"")]
    [InlineData("roles", "[\"unknown\"]")]
    public async Task OtherClaims_GiveNothing(string claim, string value)
    {
        var host = await StartAsync();

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("scope", "\"products:read products:write products:delete users:write\"")]
    [InlineData("roles", "[\"admin\"]")]
    public async Task ScopeThatTheIssuerIsNotTrustedWith_IsNotGiven(string claim, string value)
    {
        var host = await StartAsync();
        var token = WithoutScopeBut(claim, value);

        await AssertStatusAsync(host, token, HttpStatusCode.OK);
        await AssertStatusAsync(host, token, HttpStatusCode.Forbidden, HttpMethod.Post);
        using var users = await host.GetAsync("/users/somebody", token);
        Assert.Equal(HttpStatusCode.Forbidden, users.StatusCode);
        using var me = await host.GetAsync("/me", token);
        Assert.Equal("products:read", (await me.ReadJsonAsync()).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task RoleThatGivesMoreThanTheIssuerMay_IsNotHeld()
    {
        // A function may ask for a role instead of a scope.
        var host = await StartAsync();
        using var me = await host.GetAsync("/me", WithoutScopeBut("roles", "[\"admin\",\"viewer\"]"));

        Assert.Equal(["viewer"], (await me.ReadJsonAsync()).GetProperty("roles").EnumerateArray().Select(static role => role.GetString()));
    }

    [Theory]
    [InlineData("realm_access.roles", "realm_access", "{\"roles\":[\"viewer\"]}")]
    [InlineData("https://example.com/roles", "https://example.com/roles", "[\"viewer\"]")]
    [InlineData("a.b.c", "a", "{\"b\":{\"c\":\"viewer\"}}")]
    [InlineData("a.b.c", "a", "{\"b.c\":\"viewer\"}")]
    public async Task RolesInAPlaceOfItsOwn_AreFound(string path, string claim, string value)
    {
        var host = await StartAsync(("RoleClaims", path));

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("roles", "[\"viewer\"]"), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task ClaimThatIsNotNamed_GivesNothing()
    {
        // Auth0 without RBAC puts into scope whatever the client asked for.
        var host = await StartAsync(("ScopeClaims", "permissions"), ("RoleClaims", "-"));

        await AssertStatusAsync(host, WithoutScopeBut("scope", "\"products:read\""), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("roles", "[\"viewer\"]"), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("permissions", "[\"products:read\"]"), HttpStatusCode.OK);
    }

    [Fact]
    public async Task ValueOfAClaim_GivesWhatIsConfiguredForIt()
    {
        var host = await StartAsync(
            ("Scopes", "products:read products:write"),
            ("ClaimToScopes:0:Claim", "groups"),
            ("ClaimToScopes:0:Value", "b1946ac9"),
            ("ClaimToScopes:0:Scopes", "products:read"),
            ("ClaimToScopes:1:Claim", "sub"),
            ("ClaimToScopes:1:Value", "a subject with spaces"),
            ("ClaimToScopes:1:Scopes", "products:read products:write"));

        await AssertStatusAsync(host, WithoutScopeBut("groups", "[\"another\",\"b1946ac9\"]"), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("groups", "[\"b1946ac\"]"), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("sub", "\"a subject with spaces\""), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("sub", "\"subject\""), HttpStatusCode.Forbidden);
    }

    private string WithoutScopeBut(string claim, string value) => Issuer.CreateToken(claims =>
    {
        claims.Remove("scope");
        claims[claim] = JsonNode.Parse(value);
    });
}
