using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Administering clients, and what these can do then.</summary>
[DependsOnStorage]
public sealed class ClientAdministrationTests : GatehouseTest
{
    private string _admin = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Authorization:Roles:integrator"] = "clients:read clients:write samples:read" },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Fact]
    public async Task Create_Read_GetAToken()
    {
        using var created = await CreateAsync("importer", "samples:read");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var secret = await ReadSecretAsync(created);
        using var read = await Host.GetAsync(created.Headers.Location!.ToString(), _admin);
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        var client = await read.ReadJsonAsync();
        Assert.Equal("importer", client.GetProperty("id").GetString());
        Assert.Equal(["samples:read"], client.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()));
        Assert.Equal(["ClientCreated"], Events());

        var token = await GetTokenAsync("importer", secret);

        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", secret + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("Importer", secret));
    }

    [Fact]
    public async Task Secret_IsShownOnce_AndOnlyItsHashIsStored()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);

        using var read = await Host.GetAsync("/clients/importer", _admin);

        Assert.False((await read.ReadJsonAsync()).TryGetProperty("secret", out _));
        Assert.Equal(43, secret.Length);
        var stored = await Host.Services.GetRequiredService<IClientStore>().FindAsync("importer", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(secret, stored!.ToContent(), StringComparison.Ordinal);
        Assert.All(Host.Logs.GetSnapshot(), record => Assert.DoesNotContain(secret, record.Message + JsonSerializer.Serialize(record.StructuredState), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"a/b","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"..","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"ä","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"gatehouse","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"9f0c6a0b8d2e4f7a9b1c3d5e7f901234","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"9F0C6A0B8D2E4F7A9B1C3D5E7F901234","scopes":["samples:read"]}""", "id")]
    [InlineData("""{"id":"importer"}""", "scopes")]
    [InlineData("""{"id":"importer","scopes":[]}""", "scopes")]
    [InlineData("""{"id":"importer","scopes":["*"]}""", "scopes")]
    [InlineData("""{"id":"importer","scopes":["samples:read samples:write"]}""", "scopes")]
    [InlineData("""{"id":"importer","scopes":"samples:read"}""", "scopes")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"requireDPoP":"yes","secret":"mine"}""", "requireDPoP,secret")]
    public async Task Create_InvalidField_IsRefused(string json, string fields)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/clients", _admin, content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(fields, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Create_TakenId_IsAConflict()
    {
        using var first = await CreateAsync("importer", "samples:read");
        using var second = await CreateAsync("importer", "samples:read");
        using var configured = await CreateAsync(GatehouseHost.ClientId, "samples:read");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        await configured.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task ConfiguredClient_WinsOverAStoredOneOfItsId()
    {
        var now = Host.Time.GetUtcNow();
        var secret = StoredSecret.Create(now, out var storedSecret);
        await Host.Services.GetRequiredService<IClientStore>().TryAddAsync(
            new StoredClient { Id = GatehouseHost.ClientId, Scopes = ["users:write"], Secrets = [secret], CreatedAt = now, TokensRevokedAt = now },
            TestContext.Current.CancellationToken);
        await Host.AddClientSecretAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync(GatehouseHost.ClientId, storedSecret));
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret));
    }

    [Fact]
    public async Task Secrets_AreRotated_WithoutDowntime()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var first = await ReadSecretAsync(created);
        var token = await GetTokenAsync("importer", first);

        using var added = await AddSecretAsync("importer", created.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var second = await ReadSecretAsync(added);
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", first));
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", second));
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(token));
        using var third = await AddSecretAsync("importer", "*");
        await third.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");

        var newId = (await added.ReadJsonAsync()).GetProperty("secrets")[1].GetProperty("id").GetString();
        using var kept = await PatchAsync(_admin, "importer", new { secrets = new[] { newId } });
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", first));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(token));
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(await GetTokenAsync("importer", second)));
        Assert.Equal(["ClientCreated", "ClientChanged", "ClientChanged"], Events());
    }

    [Fact]
    public async Task ClientWithoutSecrets_IsKeptOut()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(_admin, "importer", new { secrets = Array.Empty<string>() });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", await ReadSecretAsync(created)));
    }

    [Fact]
    public async Task Change_Scopes_EndsTheTokens_AndAppliesToTheNext()
    {
        using var created = await CreateAsync("importer", "samples:read", "samples:write");
        var secret = await ReadSecretAsync(created);
        var before = await GetTokenAsync("importer", secret);

        using var changed = await PatchAsync(_admin, "importer", new { scopes = new[] { "samples:write" } });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(before));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadSamplesAsync(await GetTokenAsync("importer", secret)));
    }

    [Fact]
    public async Task Change_OfNothing_LeavesTheTokens()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var token = await GetTokenAsync("importer", await ReadSecretAsync(created));

        using var changed = await PatchAsync(_admin, "importer", new { scopes = new[] { "samples:read" } });

        Assert.Equal(created.Headers.ETag, changed.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(token));
    }

    [Fact]
    public async Task RequiredProof_IsDemanded()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(_admin, "importer", new { requireDPoP = true });

        using var response = await PostAsync("importer", await ReadSecretAsync(created));

        Assert.True((await changed.ReadJsonAsync()).GetProperty("requireDPoP").GetBoolean());
        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Change_UnknownSecret_IsRefused()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(_admin, "importer", new { secrets = new[] { "unknown" } });

        var problem = await changed.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(["secrets"], HttpResponseMessageExtensions.FieldsOf(problem));
    }

    [Fact]
    public async Task Remove_EndsTheTokens_AndALaterClientOfTheIdGetsNewOnes()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);
        var before = await GetTokenAsync("importer", secret);

        using var removed = await Host.SendAsync(HttpMethod.Delete, "/clients/importer", _admin, ifMatch: created.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(before));
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", secret));
        Host.Time.Advance(TimeSpan.FromSeconds(2));
        using var again = await CreateAsync("importer", "samples:read");
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(await GetTokenAsync("importer", await ReadSecretAsync(again))));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(before));
        Assert.Equal(["ClientCreated", "ClientRemoved", "ClientCreated"], Events());
    }

    [Theory]
    [InlineData("PATCH", "/clients/importer")]
    [InlineData("DELETE", "/clients/importer")]
    [InlineData("POST", "/clients/importer/secrets")]
    public async Task Write_NeedsTheCurrentETag(string method, string path)
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(_admin, "importer", new { requireDPoP = true });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        using var without = await SendAsync(null);
        using var stale = await SendAsync(created.Headers.ETag!.ToString());

        await without.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await stale.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");

        Task<HttpResponseMessage> SendAsync(string? ifMatch) =>
            Host.SendAsync(new HttpMethod(method), path, _admin, method == "PATCH" ? JsonContent.Create(new { requireDPoP = false }) : null, ifMatch);
    }

    [Fact]
    public async Task Administrator_AddsNoClient_WithScopesBeyondItsOwn()
    {
        var integrator = (await Host.SignInAsAsync("integrator")).AccessToken;

        await AssertDeniedAsync(CreateByAsync(integrator, "importer", "samples:read", "samples:write"), "samples:write");
        await AssertDeniedAsync(CreateByAsync(integrator, "importer", "users:write"), "users:write");
        using var own = await CreateByAsync(integrator, "importer", "samples:read");
        Assert.Equal(HttpStatusCode.Created, own.StatusCode);
        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { scopes = new[] { "samples:delete" } }), "samples:delete");
    }

    [Fact]
    public async Task Administrator_TouchesNoClient_WithScopesBeyondItsOwn()
    {
        var integrator = (await Host.SignInAsAsync("integrator")).AccessToken;
        using var created = await CreateAsync("importer", "samples:read", "samples:write");

        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { scopes = new[] { "samples:read" } }), "samples:write");
        await AssertDeniedAsync(PatchAsync(integrator, "importer", new { secrets = Array.Empty<string>() }), "samples:write");
        await AssertDeniedAsync(Host.SendAsync(HttpMethod.Post, "/clients/importer/secrets", integrator, ifMatch: "*"), "samples:write");
        await AssertDeniedAsync(Host.SendAsync(HttpMethod.Delete, "/clients/importer", integrator, ifMatch: "*"), "samples:write");
        using var read = await Host.GetAsync("/clients/importer", integrator);
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
    }

    private static async Task AssertDeniedAsync(Task<HttpResponseMessage> answer, string missing)
    {
        using var response = await answer;
        var problem = await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Contains(missing, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadSecretAsync(HttpResponseMessage response) => (await response.ReadJsonAsync()).GetProperty("secret").GetString()!;

    private IEnumerable<string?> Events() => Host.Logs.GetSnapshot().Select(static record => record.Id.Name).Where(static name => name is "ClientCreated" or "ClientChanged" or "ClientRemoved");

    private Task<HttpResponseMessage> CreateAsync(string id, params string[] scopes) => CreateByAsync(_admin, id, scopes);

    private Task<HttpResponseMessage> CreateByAsync(string token, string id, params string[] scopes) =>
        Host.SendAsync(HttpMethod.Post, "/clients", token, JsonContent.Create(new { id, scopes }));

    private Task<HttpResponseMessage> PatchAsync<T>(string token, string id, T change) =>
        Host.SendAsync(HttpMethod.Patch, $"/clients/{id}", token, JsonContent.Create(change), "*");

    private Task<HttpResponseMessage> AddSecretAsync(string id, string ifMatch) => Host.SendAsync(HttpMethod.Post, $"/clients/{id}/secrets", _admin, ifMatch: ifMatch);

    private Task<HttpResponseMessage> PostAsync(string id, string secret) =>
        Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret));

    private async Task<HttpStatusCode> AuthenticateAsync(string id, string secret)
    {
        using var response = await PostAsync(id, secret);
        return response.StatusCode;
    }

    private async Task<string> GetTokenAsync(string id, string secret)
    {
        using var response = await PostAsync(id, secret);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private async Task<HttpStatusCode> ReadSamplesAsync(string token)
    {
        using var response = await Host.GetAsync(ProtectedFunctions.Path, token);
        return response.StatusCode;
    }
}
