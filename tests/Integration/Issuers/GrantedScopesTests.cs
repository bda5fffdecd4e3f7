using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>What a trusted issuer's token may do here: what it claims, in this API's words, and never more than the issuer is trusted with.</summary>
public sealed class GrantedScopesTests : IssuerTest
{
    [Theory]
    [InlineData("scope", "\"openid samples:read\"")]
    [InlineData("scope", "[\"openid\",\"samples:read\"]")]
    [InlineData("scp", "\"samples:read\"")]
    [InlineData("permissions", "[\"samples:read\"]")]
    [InlineData("roles", "[\"reader\"]")]
    [InlineData("roles", "\"reader\"")]
    [InlineData("roles", "[\"unknown\",\"writer\"]")]
    public async Task DefaultClaim_GivesItsScopes(string claim, string value)
    {
        var host = await StartAsync();

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("groups", "[\"samples:read\"]")]
    [InlineData("scope", "\"samples:READ\"")]
    [InlineData("scope", "{\"samples:read\":true}")]
    [InlineData("scope", "\"samples:readsamples:write\"")]
    [InlineData("scope", "\"*\"")]
    [InlineData("roles", "[\"unknown\"]")]
    public async Task OtherClaims_GiveNothing(string claim, string value)
    {
        var host = await StartAsync();

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("scope", "\"samples:read samples:write samples:delete users:write\"")]
    [InlineData("roles", "[\"owner\"]")]
    public async Task ScopeBeyondTheTrustInTheIssuer_IsNotGiven(string claim, string value)
    {
        var host = await StartAsync();
        var token = WithoutScopeBut(claim, value);

        await AssertStatusAsync(host, token, HttpStatusCode.OK);
        await AssertStatusAsync(host, token, HttpStatusCode.Forbidden, HttpMethod.Post);
        using var users = await host.GetAsync("/users/somebody", token);
        Assert.Equal(HttpStatusCode.Forbidden, users.StatusCode);
        using var me = await host.GetAsync("/me", token);
        Assert.Equal("samples:read", (await me.ReadJsonAsync()).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task RoleBeyondTheTrustInTheIssuer_IsNotHeld()
    {
        // A function may ask for a role instead of a scope.
        var host = await StartAsync();
        using var me = await host.GetAsync("/me", WithoutScopeBut("roles", "[\"admin\",\"reader\"]"));

        Assert.Equal(["reader"], (await me.ReadJsonAsync()).GetProperty("roles").EnumerateArray().Select(static role => role.GetString()));
    }

    [Theory]
    [InlineData("realm_access.roles", "realm_access", "{\"roles\":[\"reader\"]}")]
    [InlineData("https://example.com/roles", "https://example.com/roles", "[\"reader\"]")]
    [InlineData("a.b.c", "a", "{\"b\":{\"c\":\"reader\"}}")]
    [InlineData("a.b.c", "a", "{\"b.c\":\"reader\"}")]
    public async Task RolesInAConfiguredClaim_AreFound(string path, string claim, string value)
    {
        var host = await StartAsync(("RoleClaims", path));

        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("roles", "[\"reader\"]"), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task UnconfiguredClaim_GivesNothing()
    {
        // Auth0 without RBAC puts into scope whatever the client asked for.
        var host = await StartAsync(("ScopeClaims", "permissions"), ("RoleClaims", "-"));

        await AssertStatusAsync(host, WithoutScopeBut("scope", "\"samples:read\""), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("roles", "[\"reader\"]"), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("permissions", "[\"samples:read\"]"), HttpStatusCode.OK);
    }

    [Fact]
    public async Task ValueOfAClaim_GivesItsConfiguredScopes()
    {
        var host = await StartAsync(
            ("Scopes", "samples:read samples:write"),
            ("ClaimToScopes:0:Claim", "groups"),
            ("ClaimToScopes:0:Value", "b1946ac9"),
            ("ClaimToScopes:0:Scopes", "samples:read"),
            ("ClaimToScopes:1:Claim", "sub"),
            ("ClaimToScopes:1:Value", "a subject with spaces"),
            ("ClaimToScopes:1:Scopes", "samples:read samples:write"));

        await AssertStatusAsync(host, WithoutScopeBut("groups", "[\"another\",\"b1946ac9\"]"), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("groups", "[\"b1946ac\"]"), HttpStatusCode.Forbidden);
        await AssertStatusAsync(host, WithoutScopeBut("sub", "\"a subject with spaces\""), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut("sub", "\"subject\""), HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("sub", "\"repo:stranger/fork:environment:x repo:org/repo:ref:refs/heads/main\"")]
    [InlineData("groups", "\"x repo:org/repo:ref:refs/heads/main\"")]
    [InlineData("groups", "[\"x repo:org/repo:ref:refs/heads/main\"]")]
    public async Task ValueOfAClaim_AsAWordOfALongerString_GivesNoScopes(string claim, string value)
    {
        var host = await StartAsync(
            ("ClaimToScopes:0:Claim", claim),
            ("ClaimToScopes:0:Value", "repo:org/repo:ref:refs/heads/main"),
            ("ClaimToScopes:0:Scopes", "samples:read"));

        await AssertStatusAsync(host, WithoutScopeBut(claim, "\"repo:org/repo:ref:refs/heads/main\""), HttpStatusCode.OK);
        await AssertStatusAsync(host, WithoutScopeBut(claim, value), HttpStatusCode.Forbidden);
    }

    private string WithoutScopeBut(string claim, string value) => Issuer.CreateToken(claims =>
    {
        claims.Remove("scope");
        claims[claim] = JsonNode.Parse(value);
    });
}
