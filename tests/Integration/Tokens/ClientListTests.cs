using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The list of stored clients, and when they were last used.</summary>
[DependsOnStorage]
public sealed class ClientListTests : StoredClientTest
{
    [Fact]
    public async Task Pages_ShowEveryClientOnce_WithoutItsSecret()
    {
        string[] ids = ["importer", "exporter", "a.b-c_d", "Importer", "z"];
        foreach (var id in ids)
        {
            using var created = await CreateAsync(id, "samples:read");
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }

        var seen = new List<string>();
        for (string? url = "/clients?pageSize=2"; url is not null;)
        {
            using var page = await Host.GetAsync(url, Admin);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var body = await page.ReadJsonAsync();
            seen.AddRange(body.GetProperty("items").EnumerateArray().Select(static client => client.GetProperty("id").GetString()!));
            Assert.All(body.GetProperty("items").EnumerateArray(), static client => Assert.False(client.TryGetProperty("secret", out _)));
            url = body.TryGetProperty("nextCursor", out var cursor) ? $"/clients?pageSize=2&cursor={cursor.GetString()}" : null;
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task NoClients_AreAnEmptyPage()
    {
        using var page = await Host.GetAsync("/clients", Admin);

        var body = await page.ReadJsonAsync();
        Assert.Empty(body.GetProperty("items").EnumerateArray());
        Assert.False(body.TryGetProperty("nextCursor", out _));
    }

    [Theory]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=101", "pageSize")]
    [InlineData("pageSize=", "pageSize")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=a/b", "cursor")]
    [InlineData("search=importer&pageSize=x", "pageSize,search")]
    public async Task InvalidParameter_IsRefused(string query, string names)
    {
        using var response = await Host.GetAsync("/clients?" + query, Admin);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(names, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task LastUse_IsShown_AndWrittenOnceInAnHour()
    {
        using var created = await CreateAsync("importer", "samples:read");
        var secret = await ReadSecretAsync(created);
        Assert.Null(await ReadLastUseAsync());

        var first = Host.Time.GetUtcNow();
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", secret));
        Assert.Equal(first, await ReadLastUseAsync());
        Host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", secret));
        Assert.Equal(first, await ReadLastUseAsync());
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", secret));
        Assert.Equal(first.AddHours(1), await ReadLastUseAsync());
    }

    [Fact]
    public async Task RefusedSecret_IsNoUse()
    {
        using var created = await CreateAsync("importer", "samples:read");

        Assert.Equal(HttpStatusCode.Unauthorized, await AuthenticateAsync("importer", "wrong"));

        Assert.Null(await ReadLastUseAsync());
    }

    [Fact]
    public async Task Use_LeavesTheETagOfAnAdministrator()
    {
        using var created = await CreateAsync("importer", "samples:read");
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", await ReadSecretAsync(created)));

        using var added = await AddSecretAsync("importer", created.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
    }

    [Fact]
    public async Task NewClient_HasNotTheUseOfARemovedOne()
    {
        using var created = await CreateAsync("importer", "samples:read");
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", await ReadSecretAsync(created)));
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/clients/importer", Admin, ifMatch: "*");
        Host.Time.Advance(TimeSpan.FromSeconds(2));

        using var again = await CreateAsync("importer", "samples:read");

        Assert.Null(await ReadLastUseAsync());
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync("importer", await ReadSecretAsync(again)));
        Assert.Equal(Host.Time.GetUtcNow(), await ReadLastUseAsync());
    }

    private async Task<DateTimeOffset?> ReadLastUseAsync()
    {
        Admin = (await Host.SignInAsync("root")).AccessToken;
        using var one = await Host.GetAsync("/clients/importer", Admin);
        using var page = await Host.GetAsync("/clients", Admin);
        var use = Find(await one.ReadJsonAsync());
        Assert.Equal(use, Find(Assert.Single((await page.ReadJsonAsync()).GetProperty("items").EnumerateArray())));
        return use;

        static DateTimeOffset? Find(JsonElement client) => client.TryGetProperty("lastUsedAt", out var at) ? at.GetDateTimeOffset() : null;
    }
}
