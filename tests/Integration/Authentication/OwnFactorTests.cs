using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Adding and removing an authenticator app, and renewing recovery codes.</summary>
[DependsOnStorage]
public sealed class OwnFactorTests : GatehouseTest
{
    private protected override GatehouseHostOptions CreateOptions() => new() { Configure = static builder => InterruptedUserStore.Register(builder.Services) };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("ada", "reader");
    }

    [Fact]
    public async Task NewApp_GetsItsSecret_AsTextLinkAndQrCode()
    {
        var tokens = await Host.SignInAsync("ada");

        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/totp", tokens.AccessToken);

        var answer = await begun.ReadJsonAsync();
        var secret = answer.GetProperty("secret").GetString()!;
        Assert.Equal(32, secret.Length);
        Assert.Equal($"otpauth://totp/localhost:ada?secret={secret}&issuer=localhost&algorithm=SHA1&digits=6&period=30", answer.GetProperty("uri").GetString());
        Assert.StartsWith("<svg", answer.GetProperty("qrCode").GetString(), StringComparison.Ordinal);
        Assert.True(begun.Headers.CacheControl?.NoStore);

        // Nothing has changed yet.
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task AddedApp_EndsEverySession_AndBeginsOneThatTellsOfIt()
    {
        var other = await Host.SignInAsync("ada");

        var app = await Host.AddAppAsync("ada");

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(other.AccessToken));
        await Host.AssertInvalidGrantAsync(other.RefreshToken!);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(app.Tokens.AccessToken));
        Assert.Equal(["pwd", "otp", "mfa"], new JsonWebToken(app.Tokens.AccessToken).GetPayloadValue<string[]>("amr"));
        Assert.Equal(10, app.RecoveryCodes.Distinct().Count());
        using var listed = await Host.GetAsync("/me/factors", app.Tokens.AccessToken);
        var factors = await listed.ReadJsonAsync();
        Assert.Equal(10, factors.GetProperty("recoveryCodes").GetInt32());
        Assert.True(factors.TryGetProperty("totp", out _));
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Id.Name == "FactorsChanged" && record.Message.Contains("totp added", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CodeThatAddedTheApp_DoesNotSignIn()
    {
        var app = await Host.AddAppAsync("ada");

        await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), app.Show(Host.Time.GetUtcNow().AddMinutes(-1)));
    }

    [Fact]
    public async Task WrongCode_AddsNoApp()
    {
        var tokens = await Host.SignInAsync("ada");
        var (_, ticket) = await Host.BeginTotpAsync(tokens.AccessToken);

        await AssertNotAddedAsync(tokens.AccessToken, ticket, "000000");
    }

    [Fact]
    public async Task TicketThatHasEnded_AddsNoApp()
    {
        var tokens = await Host.SignInAsync("ada");
        var (secret, ticket) = await Host.BeginTotpAsync(tokens.AccessToken);
        Host.Time.Advance(TimeSpan.FromMinutes(15));

        var fresh = await Host.RefreshOkAsync(tokens.RefreshToken!);
        await AssertNotAddedAsync(fresh.AccessToken, ticket, AuthenticatorApp.Show(secret, Host.Time.GetUtcNow()));
    }

    [Fact]
    public async Task TicketOfAnotherUser_AddsNoApp()
    {
        var (secret, ticket) = await Host.BeginTotpAsync((await Host.SignInAsync("ada")).AccessToken);
        var eve = await Host.SignInAsAsync("reader");

        await AssertNotAddedAsync(eve.AccessToken, ticket, AuthenticatorApp.Show(secret, Host.Time.GetUtcNow()));
    }

    [Fact]
    public async Task SignInLongAgo_ChangesNoFactor_ButARecentOneDoes()
    {
        var app = await Host.AddAppAsync("ada");
        Host.Time.Advance(TimeSpan.FromMinutes(10));
        var old = await Host.RefreshOkAsync(app.Tokens.RefreshToken!);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/me/totp"), (HttpMethod.Delete, "/me/totp"), (HttpMethod.Post, "/me/recovery-codes") })
        {
            using var refused = await Host.SendAsync(method, path, old.AccessToken);
            await refused.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
            Assert.Contains("max_age=\"600\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        using var signedIn = await Host.PostCodeAsync(await Host.GetTicketAsync("ada"), app.Show(Host.Time.GetUtcNow()));
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/me/totp", (await Hosting.Tokens.ReadAsync(signedIn)).AccessToken);
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
    }

    [Fact]
    public async Task RemovedApp_EndsEverySession_AndThePasswordAloneSignsIn()
    {
        var app = await Host.AddAppAsync("ada");

        using var removed = await Host.SendAsync(HttpMethod.Delete, "/me/totp", app.Tokens.AccessToken);

        var tokens = await Hosting.Tokens.ReadAsync(removed);
        Assert.Equal(["pwd"], new JsonWebToken(tokens.AccessToken).GetPayloadValue<string[]>("amr"));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(app.Tokens.AccessToken));
        await Host.AssertInvalidGrantAsync(app.Tokens.RefreshToken!);
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task RenewedRecoveryCodes_ReplaceTheOldOnes_AndSessionsGoOn()
    {
        var app = await Host.AddAppAsync("ada");

        using var renewed = await Host.SendAsync(HttpMethod.Post, "/me/recovery-codes", app.Tokens.AccessToken);

        var codes = (await renewed.ReadJsonAsync()).GetProperty("recoveryCodes").EnumerateArray().Select(static code => code.GetString()!).ToArray();
        Assert.Equal(10, codes.Except(app.RecoveryCodes).Count());
        await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), app.RecoveryCodes[0]);
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", codes[0]));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(app.Tokens.AccessToken));
    }

    [Fact]
    public async Task RecoveryCodes_AreForUsersWithAnApp()
    {
        var tokens = await Host.SignInAsync("ada");

        using var refused = await Host.SendAsync(HttpMethod.Post, "/me/recovery-codes", tokens.AccessToken);

        await refused.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
    }

    [Fact]
    public async Task Store_HoldsOnlyHashesOfRecoveryCodes()
    {
        var app = await Host.AddAppAsync("ada");

        var stored = (await FindAdaAsync()).Factors.Store()!;

        Assert.All(app.RecoveryCodes, code => Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), stored.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task TemporaryPassword_ChangesNoFactor()
    {
        await Host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(await FindAdaAsync() with { MustChangePassword = true }, TestContext.Current.CancellationToken);
        var tokens = await Host.SignInAsync("ada");

        using var refused = await Host.SendAsync(HttpMethod.Post, "/me/totp", tokens.AccessToken);

        await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
    }

    [Theory]
    [InlineData("PUT", "/me/totp")]
    [InlineData("DELETE", "/me/totp")]
    [InlineData("POST", "/me/recovery-codes")]
    public async Task UserChangedMeanwhile_IsNotOverwritten(string method, string path)
    {
        var app = await Host.AddAppAsync("ada");
        var (secret, ticket) = await Host.BeginTotpAsync(app.Tokens.AccessToken);
        var content = method == "PUT" ? JsonContent.Create(new { ticket, code = AuthenticatorApp.Show(secret, Host.Time.GetUtcNow()) }) : null;
        ChangeBeforeNextWrite("writer");

        using var response = await Host.SendAsync(new HttpMethod(method), path, app.Tokens.AccessToken, content);

        await response.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", app.RecoveryCodes[0]));
    }

    [Fact]
    public async Task UserChangedMeanwhile_GetsNoPasskey_AndLosesNone()
    {
        var tokens = (await Host.AddAppAsync("ada")).Tokens;
        using var passkey = new SoftwareAuthenticator();
        ChangeBeforeNextWrite("writer");
        using var refused = await PostPasskeyAsync(tokens.AccessToken, passkey);
        await refused.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");

        // Tokens are revoked before the write; the session goes on.
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        using var added = await PostPasskeyAsync(tokens.AccessToken, passkey);
        var token = (await added.ReadJsonAsync()).GetProperty("tokens").GetProperty("access_token").GetString()!;
        ChangeBeforeNextWrite("reader");
        using var kept = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{passkey.Id}", token);
        await kept.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.Single((await FindAdaAsync()).Factors.Passkeys);
    }

    private void ChangeBeforeNextWrite(string role) => Host.Services.GetRequiredService<InterruptedUserStore>().InterruptNextWrite(async () =>
        await Host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(await FindAdaAsync() with { Roles = [role] }, TestContext.Current.CancellationToken));

    private async Task<HttpResponseMessage> PostPasskeyAsync(string token, SoftwareAuthenticator passkey)
    {
        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/passkeys/options", token);
        var credential = passkey.Create((await begun.ReadJsonAsync()).GetProperty("publicKey"));
        return await Host.SendAsync(HttpMethod.Post, "/me/passkeys", token, JsonContent.Create(new { name = "Laptop", credential }));
    }

    private async Task AssertNotAddedAsync(string token, string ticket, string code)
    {
        using var response = await Host.PutTotpAsync(token, ticket, code);
        Assert.Equal(["code"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.False((await FindAdaAsync()).Factors.HasSecond);
    }

    private async Task<User> FindAdaAsync()
    {
        Assert.True(UserName.TryParse("ada", out var name));
        return (await Host.Services.GetRequiredService<IUserStore>().FindAsync(name, TestContext.Current.CancellationToken))!;
    }
}
