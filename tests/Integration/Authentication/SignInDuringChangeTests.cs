using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>What has read the user before a change, and is done after it: hashing takes its time.</summary>
[DependsOnStorage]
public sealed class SignInDuringChangeTests : GatehouseTest
{
    private const string NewPassword = "another harbour, longer";

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        // The change hashes too, while the sign-in has its turn.
        Settings = new Dictionary<string, string?> { ["Authentication:HashingConcurrency"] = "2" },
        Configure = static builder => InterruptedUserStore.Register(builder.Services),
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("ada", "reader");
    }

    [Fact]
    public async Task SignIn_WithTheOldPassword_StartsNoSessionThatOutlivesTheChange()
    {
        var kept = await Host.SignInAsync("ada");
        Interrupt(() => ChangePasswordAsync(kept));

        var late = await Host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(late));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(late.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(kept));
    }

    [Fact]
    public async Task SignIn_UserDisabledMeanwhile_StartsNoSessionThatReturns()
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        Interrupt(() => EnableAsync(admin, isEnabled: false));

        var late = await Host.SignInAsync("ada");
        using var enabled = await EnableAsync(admin, isEnabled: true);

        Assert.Equal(HttpStatusCode.OK, enabled.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(late));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(late.AccessToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_UserLosesRolesMeanwhile_IsRefused_AndARefreshGivesTheRemainingScopes(bool isRefresh)
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        var session = await Host.SignInAsync("ada");
        Interrupt(() => Host.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { roles = Array.Empty<string>() }), "*"));

        var late = isRefresh ? await RedeemAsync(session) : await Host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(late.AccessToken));
        Assert.Equal(HttpStatusCode.Forbidden, await Host.TryTokenAsync((await RedeemAsync(late)).AccessToken));
    }

    [Fact]
    public async Task ChangePassword_UserChangedMeanwhile_IsStale_AndChangesNothing()
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        var own = await Host.SignInAsync("ada");

        // The second reading is that of the password's check.
        Interrupt(() => Host.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { roles = new[] { "writer" } }), "*"), reading: 2);

        using var response = await ChangePasswordAsync(own);

        var problem = await response.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.Equal("Another request changed the user meanwhile. Send the request again.", problem.GetProperty("detail").GetString());
        await Host.SignInAsync("ada");
    }

    [Fact]
    public async Task ChangePassword_AfterAChangeOfRoles_KeepsTokensRevoked()
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        var before = await Host.SignInAsync("ada");
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        using (var demoted = await Host.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { roles = Array.Empty<string>() }), "*"))
        {
            Assert.Equal(HttpStatusCode.OK, demoted.StatusCode);
        }

        Host.Time.Advance(TimeSpan.FromSeconds(5));
        var after = await RedeemAsync(before);
        using (var changed = await ChangePasswordAsync(after))
        {
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, await Host.TryTokenAsync((await Hosting.Tokens.ReadAsync(changed)).AccessToken));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(after.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(before.AccessToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Refresh_BeforeNewRolesAreWritten_ButAfterTokensWereRevoked_KeepsNothing(int secondsToWrite)
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        var session = await Host.SignInAsync("ada");
        Hosting.Tokens late = null!;
        Store.InterruptNextWrite(async () =>
        {
            Host.Time.Advance(TimeSpan.FromSeconds(secondsToWrite));
            late = await RedeemAsync(session);
        });

        using var demoted = await Host.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { roles = Array.Empty<string>() }), "*");

        Assert.Equal(HttpStatusCode.OK, demoted.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(late.AccessToken));
        Assert.Equal(HttpStatusCode.Forbidden, await Host.TryTokenAsync((await RedeemAsync(late)).AccessToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task SignIn_BeforeANewPasswordIsWritten_ButAfterTokensWereRevoked_GivesNoValidTokens(int secondsToWrite)
    {
        var kept = await Host.SignInAsync("ada");
        Hosting.Tokens late = null!;
        Store.InterruptNextWrite(async () =>
        {
            Host.Time.Advance(TimeSpan.FromSeconds(secondsToWrite));
            late = await Host.SignInAsync("ada");
        });

        using var changed = await ChangePasswordAsync(kept);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(late.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(late));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(kept.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync((await Hosting.Tokens.ReadAsync(changed)).AccessToken));

        // At the very time of the change, and with the new password.
        using var signedIn = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = NewPassword }, TestContext.Current.CancellationToken);
        var fresh = await Hosting.Tokens.ReadAsync(signedIn);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(fresh.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await RefreshAsync(fresh));
    }

    [Fact]
    public async Task SecondChange_AtTheTimeOfTheFirst_EndsSessionsStartedBetweenThem()
    {
        await Host.AddUserAsync("root", "admin");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        using var disabled = await EnableAsync(admin, isEnabled: false);
        using var enabled = await EnableAsync(admin, isEnabled: true);
        var between = await Host.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(between.AccessToken));

        using var disabledAgain = await EnableAsync(admin, isEnabled: false);
        using var enabledAgain = await EnableAsync(admin, isEnabled: true);

        Assert.Equal(HttpStatusCode.OK, enabledAgain.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(between.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(between));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync((await Host.SignInAsync("ada")).AccessToken));
    }

    private InterruptedUserStore Store => Host.Services.GetRequiredService<InterruptedUserStore>();

    private void Interrupt(Func<Task<HttpResponseMessage>> change, int reading = 1) =>
        Store.InterruptOnce(async () =>
        {
            Host.Time.Advance(TimeSpan.FromSeconds(1));
            using var changed = await change();
            Assert.True(changed.IsSuccessStatusCode, $"{changed.StatusCode}");
            Host.Time.Advance(TimeSpan.FromSeconds(1));
        }, reading);

    private Task<HttpResponseMessage> ChangePasswordAsync(Hosting.Tokens tokens) =>
        Host.SendAsync(HttpMethod.Post, "/me/password", tokens.AccessToken, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = NewPassword }));

    private Task<HttpResponseMessage> EnableAsync(string admin, bool isEnabled) =>
        Host.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { enabled = isEnabled }), "*");

    private async Task<Hosting.Tokens> RedeemAsync(Hosting.Tokens tokens)
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        return await Hosting.Tokens.ReadAsync(response);
    }

    private async Task<HttpStatusCode> RefreshAsync(Hosting.Tokens tokens)
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        return response.StatusCode;
    }
}
