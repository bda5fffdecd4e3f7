using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>
/// What an Express service with /authenticate, a shared secret and an <c>access-token</c> header does. The clients keep
/// their header; the shared secret is gone.
/// </summary>
[DependsOnStorage]
public sealed class AuthenticateAndProductsTests
{
    [Fact]
    public async Task TokenInItsOwnHeader_OpensTheProducts_ForExactlyItsLife()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Protection:TokenHeaders"] = "access-token",
                ["Tokens:AccessTokenLifetime"] = "00:24:00",
            },
        });
        await host.AddUserAsync("techbrij", "viewer");

        // A wrong password and an unknown user: one answer.
        using var wrong = await AuthenticateAsync(host, "techbrij", "admin");
        using var unknown = await AuthenticateAsync(host, "nobody", "admin");
        var first = await wrong.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials");
        var second = await unknown.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials");
        Assert.Equal(first.GetProperty("detail").GetString(), second.GetProperty("detail").GetString());

        using var response = await AuthenticateAsync(host, "techbrij", GatehouseHost.Password);
        var tokens = await Hosting.Tokens.ReadAsync(response);
        Assert.Equal(24 * 60, tokens.ExpiresIn);
        Assert.Equal(HttpStatusCode.OK, await ListAsync(host, tokens.AccessToken));

        // To the second: the life that was configured, and the 30 seconds by which clocks may differ.
        host.Time.Advance(TimeSpan.FromMinutes(24) + TimeSpan.FromSeconds(29));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(host, tokens.AccessToken));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(host, tokens.AccessToken));
    }

    private static Task<HttpResponseMessage> AuthenticateAsync(GatehouseHost host, string username, string password) =>
        host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);

    private static async Task<HttpStatusCode> ListAsync(GatehouseHost host, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.Add("access-token", token);
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
