using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Administrators who cease to be some at the same time: each has seen another one before.</summary>
public sealed class LastAdministratorTests : IAsyncLifetime
{
    private static readonly object Demotion = new { roles = new[] { "viewer" } };
    private static readonly object Disabling = new { enabled = false };

    private GatehouseHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Configure = static builder => InterruptedUserStore.Register(builder.Services) });
        await _host.AddUserAsync("root", "admin");
        await _host.AddUserAsync("ann", "admin");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LosingTheOther_BetweenTheQuestionAndTheWrite_IsAConflict_AndTheWriteIsTakenBack(bool isDisabled)
    {
        var root = (await _host.SignInAsync("root")).AccessToken;
        var ann = (await _host.SignInAsync("ann")).AccessToken;
        _host.Services.GetRequiredService<InterruptedUserStore>().InterruptNextWrite(async () =>
        {
            using var other = await PatchAsync("ann", ann, Demotion);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        });

        using var response = await PatchAsync("root", root, isDisabled ? Disabling : Demotion);

        await response.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("users:write", (await _host.SignInAsync("root")).Scope, StringComparison.Ordinal);
        Assert.Equal("products:read", (await _host.SignInAsync("ann")).Scope);
    }

    [Fact]
    public async Task LosingTheOther_BeforeARemoval_IsAConflict_AndNobodyIsRemoved()
    {
        var root = (await _host.SignInAsync("root")).AccessToken;
        var ann = (await _host.SignInAsync("ann")).AccessToken;
        _host.Services.GetRequiredService<InterruptedUserStore>().InterruptNextWrite(async () =>
        {
            using var other = await PatchAsync("ann", ann, Disabling);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        });

        using var response = await _host.SendAsync(HttpMethod.Delete, "/users/root", root, ifMatch: "*");

        await response.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("users:write", (await _host.SignInAsync("root")).Scope, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PatchAsync(string name, string token, object change) =>
        _host.SendAsync(HttpMethod.Patch, $"/users/{name}", token, JsonContent.Create(change), "*");
}
