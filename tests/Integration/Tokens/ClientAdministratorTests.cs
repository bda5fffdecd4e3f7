using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>What an administrator of clients may do.</summary>
[DependsOnStorage]
public sealed class ClientAdministratorTests : StoredClientTest
{
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
}
