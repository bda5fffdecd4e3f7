using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>What functions of another assembly get by stating an access rule, and by forgetting to.</summary>
public sealed class AccessRuleTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private TokenForge _forge = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _forge = await TokenForge.CreateAsync(Host);
    }

    [Fact]
    public async Task FunctionWithoutARule_RefusesEveryCaller_AndIsNamedInTheLog()
    {
        var token = _forge.WithClaim("scope", "samples:read samples:write samples:delete users:read users:write *");
        foreach (var presented in new[] { null, token })
        {
            using var response = await Host.GetAsync("/sample/forgotten", presented);
            await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        }

        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Message.Contains("SampleForgotten states no access rule", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllowAnonymous_AcceptsEveryCaller_EvenWithABadToken()
    {
        foreach (var presented in new[] { null, "not-a-token" })
        {
            using var response = await Host.GetAsync("/sample/open", presented);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task AuthorizeWithoutScope_TakesAnyValidToken()
    {
        using var without = await Host.GetAsync("/sample/any-token");
        using var with = await Host.GetAsync("/sample/any-token", _forge.WithClaim("scope", ""));

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Theory]
    [InlineData("a:read", HttpStatusCode.Forbidden)]
    [InlineData("b:read", HttpStatusCode.Forbidden)]
    [InlineData("a:reader b:read", HttpStatusCode.Forbidden)]
    [InlineData("b:read a:read", HttpStatusCode.OK)]
    public async Task TwoScopes_AreBothNeeded(string scope, HttpStatusCode expected)
    {
        using var response = await Host.GetAsync("/sample/two-scopes", _forge.WithClaim("scope", scope));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("[\"auditor\"]", HttpStatusCode.OK)]
    [InlineData("[\"reader\",\"owner\"]", HttpStatusCode.OK)]
    [InlineData("[\"reader\"]", HttpStatusCode.Forbidden)]
    [InlineData("[]", HttpStatusCode.Forbidden)]
    public async Task Roles_NeedOneOfThem(string roles, HttpStatusCode expected)
    {
        using var response = await Host.GetAsync("/sample/role", _forge.WithClaim("roles", System.Text.Json.Nodes.JsonNode.Parse(roles)));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task RuleOnTheClass_HoldsForItsFunctions()
    {
        using var without = await Host.GetAsync("/sample/class-rule");
        using var with = await Host.GetAsync("/sample/class-rule", _forge.WithClaim("scope", "class:read"));

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public async Task TokenHeader_IsReadOnlyWhenConfigured()
    {
        var token = _forge.WithClaim("scope", "samples:read");
        await using var configured = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Protection:TokenHeaders"] = "access-token, token" },
        });
        foreach (var header in new[] { "access-token", "token" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Host, (header, token)));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(configured, (header, token)));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(configured, (header, "Bearer " + token)));
        }

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(configured, ("access-token", token), ("token", token)));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(configured, ("access-token", token), ("Authorization", "Bearer " + token)));
    }

    private static async Task<HttpStatusCode> SendAsync(GatehouseHost host, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/samples");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
