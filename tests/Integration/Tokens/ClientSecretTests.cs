using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The secrets of stored clients.</summary>
[DependsOnStorage]
public sealed class ClientSecretTests : StoredClientTest
{
    [Fact]
    public async Task Secret_IsShownOnce_AndOnlyItsHashIsStored()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);

        using var read = await Host.GetAsync("/clients/importer", Admin);

        Assert.False((await read.ReadJsonAsync()).TryGetProperty("secret", out _));
        Assert.Equal(43, secret.Length);
        var stored = await Host.Services.GetRequiredService<IClientStore>().FindAsync("importer", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(secret, stored!.ToContent(), StringComparison.Ordinal);
        Assert.All(Host.Logs.GetSnapshot(), record => Assert.DoesNotContain(secret, record.Message + JsonSerializer.Serialize(record.StructuredState), StringComparison.Ordinal));
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
        using var kept = await PatchAsync(Admin, "importer", new { secrets = new[] { newId } });
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
        using var changed = await PatchAsync(Admin, "importer", new { secrets = Array.Empty<string>() });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", await ReadSecretAsync(created)));
    }

    [Fact]
    public async Task Change_UnknownSecret_IsRefused()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var changed = await PatchAsync(Admin, "importer", new { secrets = new[] { "unknown" } });

        var problem = await changed.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(["secrets"], HttpResponseMessageExtensions.FieldsOf(problem));
    }
}
