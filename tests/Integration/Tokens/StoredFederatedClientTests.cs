using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Stored clients that authenticate by a token of another issuer, by the rules of configured ones.</summary>
public sealed class StoredFederatedClientTests : FederatedClientTest
{
    private static readonly string[] Scopes = ["samples:read"];

    [Fact]
    public async Task Workload_GetsATokenOfItsClient_Once()
    {
        var (host, _) = await StartAndAddAsync(Identity());
        var assertion = Create();

        using var response = await PostAsync(host, assertion);

        await AssertStatusAsync(host, (await Hosting.Tokens.ReadAsync(response)).AccessToken, HttpStatusCode.OK);
        await AssertNotGrantedAsync(host, assertion, "replayed");
    }

    [Fact]
    public async Task UsedToken_StaysUsed_AfterAnotherChangeOfTheClient()
    {
        var (host, admin) = await StartAndAddAsync(Identity());
        var assertion = Create();
        using var response = await PostAsync(host, assertion);

        using var changed = await PatchAsync(host, admin, new { requireDPoP = false, accessTokenLifetime = 300 });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await AssertNotGrantedAsync(host, assertion, "replayed");
    }

    [Theory]
    [InlineData("sub", "repo:your-org/your-repo:pull_request", "wrong_subject")]
    [InlineData("ref", "refs/heads/feature", "wrong_claim")]
    [InlineData("aud", "https://another.example", "wrong_audience")]
    [InlineData("iss", "https://another.example", "wrong_issuer")]
    public async Task AnotherWorkload_IsRefused(string claim, string value, string reason)
    {
        var (host, _) = await StartAndAddAsync(Identity());

        await AssertNotGrantedAsync(host, With(claim, value), reason);
    }

    [Fact]
    public async Task LongToken_IsRefused_UntilMaxLifetimeAllowsIt()
    {
        var (host, admin) = await StartAndAddAsync(Identity());
        var exp = Time.GetUtcNow().AddHours(24).AddMinutes(5).ToUnixTimeSeconds();
        await AssertNotGrantedAsync(host, With("exp", exp), "not_current");

        using var changed = await PatchAsync(host, admin, new { federated = Identity(maxLifetime: 90_000) });

        using var response = await PostAsync(host, With("exp", exp));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Identity_IsShown()
    {
        var (host, admin) = await StartAndAddAsync(Identity());

        using var read = await host.GetAsync("/clients/importer", admin);

        var identity = (await read.ReadJsonAsync()).GetProperty("federated");
        Assert.Equal(GitHub, identity.GetProperty("issuer").GetString());
        Assert.Equal("refs/heads/main", identity.GetProperty("claims").GetProperty("ref").GetString());
        Assert.Equal(7200, identity.GetProperty("maxLifetime").GetInt32());
    }

    private static object Identity(int? maxLifetime = null) => new
    {
        issuer = GitHub,
        subject = "repo:your-org/your-repo:environment:production",
        audience = Audience,
        claims = new Dictionary<string, string> { ["ref"] = "refs/heads/main" },
        maxLifetime,
    };

    private static Task<HttpResponseMessage> PatchAsync<T>(GatehouseHost host, string admin, T change) =>
        host.SendAsync(HttpMethod.Patch, "/clients/importer", admin, JsonContent.Create(change), "*");

    private async Task<(GatehouseHost Host, string Admin)> StartAndAddAsync(object federated)
    {
        var host = await StartWithAsync(new Dictionary<string, string?>());
        await host.AddUserAsync("root", "admin");
        var admin = (await host.SignInAsync("root")).AccessToken;
        using var created = await host.SendAsync(HttpMethod.Post, "/clients", admin, JsonContent.Create(new { id = "importer", scopes = Scopes, federated }));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (host, admin);
    }
}
