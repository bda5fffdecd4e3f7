using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>How long the access tokens of a client are valid.</summary>
public sealed class ClientLifetimeTests : StoredClientTest
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Tokens:MaxAccessTokenLifetime"] = "01:00:00", ["Clients:0:AccessTokenLifetime"] = "00:30:00" },
    };

    [Fact]
    public async Task ConfiguredLifetime_IsThatOfTheTokens()
    {
        await Host.AddClientSecretAsync();
        using var response = await PostAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret);

        await AssertLivesAsync(response, TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task StoredLifetime_IsThatOfTheTokens()
    {
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, accessTokenLifetime = 3600 });
        var secret = await ReadSecretAsync(created);
        using var response = await PostAsync("importer", secret);
        await AssertLivesAsync(response, TimeSpan.FromHours(1));

        using var changed = await PatchAsync((await Host.SignInAsync("root")).AccessToken, "importer", new { accessTokenLifetime = 60 });
        Assert.Equal(60, (await changed.ReadJsonAsync()).GetProperty("accessTokenLifetime").GetInt32());
        using var next = await PostAsync("importer", secret);
        await AssertLivesAsync(next, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task ClientWithoutOne_AndPeople_HaveThatOfAll()
    {
        using var created = await CreateAsync("importer", "samples:read");
        using var response = await PostAsync("importer", await ReadSecretAsync(created));

        await AssertLivesAsync(response, TimeSpan.FromMinutes(10));
        var token = new JsonWebToken(Admin);
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.IssuedAt);
    }

    [Fact]
    public async Task LongToken_IsRevoked_UntilItsEnd()
    {
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, accessTokenLifetime = 3600 });
        var token = await GetTokenAsync("importer", await ReadSecretAsync(created));
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/clients/importer", Admin, ifMatch: "*");

        Host.Time.Advance(TimeSpan.FromMinutes(59));

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(token));
    }

    private async Task AssertLivesAsync(HttpResponseMessage response, TimeSpan lifetime)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.ReadJsonAsync();
        var text = body.GetProperty("access_token").GetString()!;
        var token = new JsonWebToken(text);
        Assert.Equal(lifetime, token.ValidTo - token.IssuedAt);
        Assert.Equal(lifetime.TotalSeconds, body.GetProperty("expires_in").GetInt32());
        Host.Time.Advance(lifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await ReadSamplesAsync(text));
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadSamplesAsync(text));
    }
}
