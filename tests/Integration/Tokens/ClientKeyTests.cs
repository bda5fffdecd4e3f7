using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Stored clients that sign an assertion instead of sending a secret.</summary>
[DependsOnStorage]
public sealed class ClientKeyTests : StoredClientTest
{
    private readonly JwksServer _published = new();
    private ProofForge _key = null!;

    public override async ValueTask InitializeAsync()
    {
        await _published.StartAsync();
        await base.InitializeAsync();
        _key = new ProofForge(Host);
    }

    public override async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await base.DisposeAsync();
        await _published.DisposeAsync();
    }

    [Fact]
    public async Task ClientWithKeys_HasNoSecret_AndSigns()
    {
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwks = KeySet(_key) });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var client = await created.ReadJsonAsync();
        Assert.False(client.TryGetProperty("secret", out _));
        Assert.Empty(client.GetProperty("secrets").EnumerateArray());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(KeySet(_key).ToJsonString()), client.GetProperty("jwks")));
        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));
    }

    [Fact]
    public async Task UsedAssertion_IsRefused()
    {
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwks = KeySet(_key) });
        var assertion = Sign(_key);

        Assert.Equal(HttpStatusCode.OK, await AssertAsync(assertion));
        Assert.Equal(HttpStatusCode.Unauthorized, await AssertAsync(assertion));
    }

    [Fact]
    public async Task KeysAtAUrl_AreReadOnce_UntilTheUrlChanges()
    {
        _published.Publish(PrivateKeyJwtTest.WithKid(_key, "first"));
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwksUri = _published.Url });
        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));
        using var changed = await PatchAsync(Admin, "importer", new { requireDPoP = false, scopes = new[] { "samples:write" } });
        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));
        Assert.Equal(1, _published.Reads);

        using var moved = await PatchAsync(Admin, "importer", new { jwksUri = _published.Url + "?version=2" });

        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));
        Assert.Equal(2, _published.Reads);
    }

    [Fact]
    public async Task KeysAtAUrl_NeverRead_AreUnavailable()
    {
        _published.IsAway = true;
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwksUri = _published.Url });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SignAsync(_key));
    }

    [Fact]
    public async Task NewKeys_TakeThePlaceOfTheOldOnes_AndEndTheTokens()
    {
        using var next = new ProofForge(Host);
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwks = KeySet(_key) });
        var token = await GetSignedTokenAsync(_key);

        using var changed = await PatchAsync(Admin, "importer", new { jwks = KeySet(next) });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(_key));
        Assert.Equal(HttpStatusCode.OK, await SignAsync(next));
    }

    [Fact]
    public async Task ClientWithASecret_SwitchesToAKey_WithoutDowntime()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);

        using var both = await PatchAsync(Admin, "importer", new { jwks = KeySet(_key) });
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", secret));
        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));

        using var keyAlone = await PatchAsync(Admin, "importer", new { secrets = Array.Empty<string>() });
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", secret));
        Assert.Equal(HttpStatusCode.OK, await SignAsync(_key));

        using var none = await PatchAsync(Admin, "importer", new { jwks = new { keys = Array.Empty<object>() } });
        Assert.False((await none.ReadJsonAsync()).TryGetProperty("jwks", out _));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(_key));
    }

    [Fact]
    public async Task Administrator_GivesNoKeyToAClient_WithScopesBeyondItsOwn()
    {
        var integrator = (await Host.SignInAsAsync("integrator")).AccessToken;
        using var created = await CreateAsync("importer", "samples:read", "samples:write");

        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { jwks = KeySet(_key) }), "samples:write");
        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { jwksUri = _published.Url }), "samples:write");
        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { federated = new { issuer = "https://issuer.example", subject = "workload" } }), "samples:write");
        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { accessTokenLifetime = 3600 }), "samples:write");
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(_key));
    }

    private static JsonObject KeySet(ProofForge key) => new() { ["keys"] = new JsonArray(PrivateKeyJwtTest.WithKid(key, "first")) };

    private string Sign(ProofForge key) => key.Sign(
        new JsonObject { ["alg"] = key.Algorithm, ["kid"] = "first" },
        new JsonObject
        {
            ["iss"] = "importer",
            ["sub"] = "importer",
            ["aud"] = GatehouseHost.Issuer,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["exp"] = Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60,
        });

    private Task<HttpResponseMessage> PostAsync(string assertion) => Host.PostFormAsync(
        "/token", ("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));

    private Task<HttpStatusCode> SignAsync(ProofForge key) => AssertAsync(Sign(key));

    private async Task<HttpStatusCode> AssertAsync(string assertion)
    {
        using var response = await PostAsync(assertion);
        return response.StatusCode;
    }

    private async Task<string> GetSignedTokenAsync(ProofForge key)
    {
        using var response = await PostAsync(Sign(key));
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }
}
