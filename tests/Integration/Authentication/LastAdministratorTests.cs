using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Administrators who cease to be some at the same time: each has seen another one before.</summary>
[DependsOnStorage]
public sealed class LastAdministratorTests : GatehouseTest
{
    private static readonly object Demotion = new { roles = new[] { "reader" } };
    private static readonly object Disabling = new { enabled = false };

    private protected override GatehouseHostOptions CreateOptions() => new() { Configure = static builder => InterruptedUserStore.Register(builder.Services) };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        await Host.AddUserAsync("ann", "admin");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Demotion_OtherAdministratorLostMeanwhile_IsAConflict_AndIsUndone(bool isDisabled)
    {
        var root = (await Host.SignInAsync("root")).AccessToken;
        var ann = (await Host.SignInAsync("ann")).AccessToken;
        Host.Services.GetRequiredService<InterruptedUserStore>().InterruptNextWrite(async () =>
        {
            using var other = await PatchAsync("ann", ann, Demotion);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        });

        using var response = await PatchAsync("root", root, isDisabled ? Disabling : Demotion);

        await response.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("users:write", (await Host.SignInAsync("root")).Scope, StringComparison.Ordinal);
        Assert.Equal("samples:read", (await Host.SignInAsync("ann")).Scope);
    }

    [Fact]
    public async Task Removal_OtherAdministratorLostMeanwhile_IsAConflict_AndRemovesNoUser()
    {
        var root = (await Host.SignInAsync("root")).AccessToken;
        var ann = (await Host.SignInAsync("ann")).AccessToken;
        Host.Services.GetRequiredService<InterruptedUserStore>().InterruptNextWrite(async () =>
        {
            using var other = await PatchAsync("ann", ann, Disabling);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        });

        using var response = await Host.SendAsync(HttpMethod.Delete, "/users/root", root, ifMatch: "*");

        await response.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("users:write", (await Host.SignInAsync("root")).Scope, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PatchAsync(string name, string token, object change) =>
        Host.SendAsync(HttpMethod.Patch, $"/users/{name}", token, JsonContent.Create(change), "*");
}
