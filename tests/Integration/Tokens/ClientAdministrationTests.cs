using System.Net;
using System.Net.Http.Json;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Administering clients, and what these can do then.</summary>
[DependsOnStorage]
public sealed class ClientAdministrationTests : StoredClientTest
{
    [Fact]
    public async Task Create_Read_GetAToken()
    {
        using var created = await CreateAsync("importer", "samples:read");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var secret = await ReadSecretAsync(created);
        using var read = await Host.GetAsync(created.Headers.Location!.ToString(), Admin);
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
    [InlineData("""{"id":"importer","scopes":["samples:read"],"accessTokenLifetime":59}""", "accessTokenLifetime")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"accessTokenLifetime":3601}""", "accessTokenLifetime")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"accessTokenLifetime":"60"}""", "accessTokenLifetime")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwks":"keys"}""", "jwks")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwks":{"keys":[{"kty":"OKP"}]}}""", "jwks")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwks":{"keys":[{"kty":"EC","d":"AA"}]}}""", "jwks")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwksUri":"http://importer.example/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwksUri":"/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwks":{"keys":[]},"jwksUri":"https://importer.example/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":"github"}""", "federated")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{}}""", "federated.issuer,federated.subject")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{"issuer":"http://issuer.example","subject":"repo:your-org/*"}}""", "federated.issuer,federated.subject")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{"issuer":"kubernetes","subject":"importer","jwksUri":"http://issuer.example/keys"}}""", "federated.jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{"issuer":"https://issuer.example","subject":"importer","claims":{"ref":1},"maxLifetime":59,"reusable":"no","wildcard":"*"}}""", "federated.claims,federated.maxLifetime,federated.reusable,federated.wildcard")]
    public async Task Create_InvalidField_IsRefused(string json, string fields)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/clients", Admin, content);

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
    public async Task Change_Scopes_EndsTheTokens_AndAppliesToTheNext()
    {
        using var created = await CreateAsync("importer", "samples:read", "samples:write");
        var secret = await ReadSecretAsync(created);
        var before = await GetTokenAsync("importer", secret);

        using var changed = await PatchAsync(Admin, "importer", new { scopes = new[] { "samples:write" } });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(before));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadSamplesAsync(await GetTokenAsync("importer", secret)));
    }

    [Fact]
    public async Task Change_OfNothing_LeavesTheTokens()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var token = await GetTokenAsync("importer", await ReadSecretAsync(created));

        using var changed = await PatchAsync(Admin, "importer", new { scopes = new[] { "samples:read" } });

        Assert.Equal(created.Headers.ETag, changed.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(token));
    }

    [Fact]
    public async Task RequiredProof_IsDemanded()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(Admin, "importer", new { requireDPoP = true });

        using var response = await PostAsync("importer", await ReadSecretAsync(created));

        Assert.True((await changed.ReadJsonAsync()).GetProperty("requireDPoP").GetBoolean());
        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Remove_EndsTheTokens_AndALaterClientOfTheIdGetsNewOnes()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);
        var before = await GetTokenAsync("importer", secret);

        using var removed = await Host.SendAsync(HttpMethod.Delete, "/clients/importer", Admin, ifMatch: created.Headers.ETag!.ToString());

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
        using var changed = await PatchAsync(Admin, "importer", new { requireDPoP = true });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        using var without = await SendAsync(null);
        using var stale = await SendAsync(created.Headers.ETag!.ToString());

        await without.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await stale.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");

        Task<HttpResponseMessage> SendAsync(string? ifMatch) =>
            Host.SendAsync(new HttpMethod(method), path, Admin, method == "PATCH" ? JsonContent.Create(new { requireDPoP = false }) : null, ifMatch);
    }
}
