using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Roles that need a second factor, and administrators who remove a lost one.</summary>
[DependsOnStorage]
public sealed class RequiredFactorTests : GatehouseTest
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Authentication:SecondFactorRequiredFor"] = "owner",
            ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read",
        },
    };

    [Fact]
    public async Task UserOfSuchARole_WithoutAFactor_MayOnlyAddOne()
    {
        await Host.AddUserAsync("ada", "owner");

        using var signedIn = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = GatehouseHost.Password }, TestContext.Current.CancellationToken);
        var answer = await signedIn.ReadJsonAsync();
        Assert.True(answer.GetProperty("second_factor_required").GetBoolean());
        Assert.Equal("", answer.GetProperty("scope").GetString());
        using var refused = await Host.ReadSamplesAsync(answer.GetProperty("access_token").GetString());
        var problem = await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Contains("POST /me/totp", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        var app = await Host.AddAppAsync("ada");
        Assert.Equal("samples:read samples:write samples:delete", app.Tokens.Scope);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(app.Tokens.AccessToken));
    }

    [Fact]
    public async Task UserWhoGetsSuchARole_LosesTheRightsOfTheSession_AtTheNextRefresh()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        var users = Host.Services.GetRequiredService<IUserStore>();
        Assert.True(UserName.TryParse("ada", out var name));
        var ada = await users.FindAsync(name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(ada! with { Roles = ["reader", "owner"] }, TestContext.Current.CancellationToken));

        Assert.Equal("", (await Host.RefreshOkAsync(tokens.RefreshToken!)).Scope);
    }

    [Fact]
    public async Task OtherUsers_NeedNoSecondFactor()
    {
        await Host.AddUserAsync("ada", "reader");

        Assert.Equal("samples:read", (await Host.SignInAsync("ada")).Scope);
    }

    [Fact]
    public async Task MisspelledRole_StopsTheStart()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Authentication:SecondFactorRequiredFor"] = "reader ownr" },
        }));

        Assert.Contains("Authentication:SecondFactorRequiredFor names 'ownr'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Administrator_RemovesLostFactors_WhichEndsTheSessions()
    {
        var ada = await Host.AddUserAsync("ada", "reader");
        await Host.AddUserAsync("hal", "helpdesk");
        var app = await Host.AddAppAsync("ada");
        var helpdesk = (await Host.SignInAsync("hal")).AccessToken;
        using var read = await Host.GetAsync("/users/ada", helpdesk);
        Assert.True((await read.ReadJsonAsync()).GetProperty("hasSecondFactor").GetBoolean());

        using var without = await Host.SendAsync(HttpMethod.Delete, "/users/ada/factors", helpdesk);
        using var stale = await Host.SendAsync(HttpMethod.Delete, "/users/ada/factors", helpdesk, ifMatch: "\"stale\"");
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/users/ada/factors", helpdesk, ifMatch: read.Headers.ETag!.Tag);

        await without.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await stale.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.False((await removed.ReadJsonAsync()).GetProperty("hasSecondFactor").GetBoolean());
        await Host.AssertInvalidGrantAsync(app.Tokens.RefreshToken!);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(app.Tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
        var audited = Assert.Single(Host.Logs.GetSnapshot(), static record => record.Id.Name == "UserChanged");
        Assert.Equal(ada.Id, audited.GetStructuredStateValue("Subject"));
        Assert.Equal("second factors removed", audited.GetStructuredStateValue("What"));
    }

    [Fact]
    public async Task Administrator_RemovesNoFactorsOfAUserWithMoreScopes()
    {
        await Host.AddUserAsync("ada", "writer");
        await Host.AddUserAsync("hal", "helpdesk");
        var app = await Host.AddAppAsync("ada");

        using var refused = await Host.SendAsync(HttpMethod.Delete, "/users/ada/factors", (await Host.SignInAsync("hal")).AccessToken, ifMatch: "*");

        await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", app.Show(Host.Time.GetUtcNow())));
    }
}
