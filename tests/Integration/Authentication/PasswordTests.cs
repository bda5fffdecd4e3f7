using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Setting and changing passwords.</summary>
[DependsOnStorage]
public sealed class PasswordTests : GatehouseTest
{
    private const string NewPassword = "a long enough password";

    private string _admin = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Theory]
    [InlineData("zwölf Übungen für Ödön", "zwo\u0308lf U\u0308bungen fu\u0308r O\u0308do\u0308n")]
    [InlineData("zwo\u0308lf U\u0308bungen fu\u0308r O\u0308do\u0308n", "zwölf Übungen für Ödön")]
    [InlineData("\uFF54\uFF57\uFF45\uFF4C\uFF56\uFF45 wide letters", "twelve wide letters")]
    public async Task Password_InAnotherUnicodeForm_IsTheSame(string set, string typed)
    {
        using var created = await CreateAsync(new { username = "ada", password = set });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        using var signedIn = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = typed }, TestContext.Current.CancellationToken);
        var token = (await Hosting.Tokens.ReadAsync(signedIn)).AccessToken;
        using var same = await PostPasswordAsync(token, set, typed);
        using var changed = await PostPasswordAsync(token, typed, NewPassword);

        Assert.Equal(["newPassword"], HttpResponseMessageExtensions.FieldsOf(await same.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Theory]
    [InlineData("\uFFFE")]
    [InlineData("\uFFFF")]
    public async Task Password_InvalidUnicode_IsWrong_AndIsNotSet(string character)
    {
        await Host.AddUserAsync("ada", "reader");
        var token = (await Host.SignInAsync("ada")).AccessToken;

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada", GatehouseHost.Password + character));
        using var current = await PostPasswordAsync(token, GatehouseHost.Password + character, NewPassword);
        using var next = await PostPasswordAsync(token, GatehouseHost.Password, NewPassword + character);

        Assert.Equal(["currentPassword"], HttpResponseMessageExtensions.FieldsOf(await current.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(["newPassword"], HttpResponseMessageExtensions.FieldsOf(await next.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Fact]
    public async Task ChangePassword_EndsEverySession_AndBeginsANewOne()
    {
        await Host.AddUserAsync("ada", "reader");
        var own = await Host.SignInAsync("ada");
        var other = await Host.SignInAsync("ada");

        using var changed = await PostPasswordAsync(own.AccessToken, GatehouseHost.Password, NewPassword);

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var next = await Hosting.Tokens.ReadAsync(changed);
        Assert.Equal("samples:read", next.Scope);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(next.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await Host.RefreshStatusAsync(next.RefreshToken!));
        foreach (var ended in new[] { own, other })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(ended.AccessToken));
            Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(ended.RefreshToken!));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", NewPassword));
    }

    [Theory]
    [InlineData("wrong", NewPassword)]
    [InlineData(GatehouseHost.Password, GatehouseHost.Password)]
    [InlineData(GatehouseHost.Password, "short")]
    public async Task ChangePassword_WrongCurrentOrInvalidNewPassword_IsRefused(string current, string next)
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.BadRequest, await ChangePasswordAsync(tokens.AccessToken, current, next));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
    }

    [Theory]
    [InlineData("Password123!", "a common password")]
    [InlineData("Gatehouse 2026", "a part of the user name")]
    public async Task ChangePassword_ToOneThatIsEasyToGuess_IsRefused_AndTheAnswerSaysWhy(string next, string reason)
    {
        var tokens = await Host.SignInAsAsync("reader");

        using var response = await PostPasswordAsync(tokens.AccessToken, GatehouseHost.Password, next);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Contains(reason, problem.GetProperty("errors").GetProperty("newPassword")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangePassword_GuessedWithAStolenToken_LocksOut()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        for (var guess = 0; guess < 5; guess++)
        {
            await ChangePasswordAsync(tokens.AccessToken, $"guess {guess}", NewPassword);
        }

        Assert.Equal(HttpStatusCode.BadRequest, await ChangePasswordAsync(tokens.AccessToken, GatehouseHost.Password, NewPassword));
    }

    [Fact]
    public async Task ChangePassword_ByAClient_IsRefused()
    {
        await Host.AddClientSecretAsync();
        using var response = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal(HttpStatusCode.Forbidden, await ChangePasswordAsync((await Hosting.Tokens.ReadAsync(response)).AccessToken, "x", NewPassword));
    }

    private Task<HttpResponseMessage> CreateAsync<T>(T user) => Host.SendAsync(HttpMethod.Post, "/users", _admin, JsonContent.Create(user));

    private async Task<HttpStatusCode> ChangePasswordAsync(string token, string currentPassword, string newPassword)
    {
        using var response = await PostPasswordAsync(token, currentPassword, newPassword);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> PostPasswordAsync(string token, string currentPassword, string newPassword) =>
        Host.SendAsync(HttpMethod.Post, "/me/password", token, JsonContent.Create(new { currentPassword, newPassword }));
}
