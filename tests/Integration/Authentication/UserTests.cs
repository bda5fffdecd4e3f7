using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Administering users, and changing one's own password.</summary>
[DependsOnStorage]
public sealed class UserTests : GatehouseTest
{
    private const string NewPassword = "a long enough password";

    private string _admin = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Fact]
    public async Task Create_Read_SignIn()
    {
        using var created = await CreateAsync(new { username = "Grace Höpper", password = NewPassword, roles = new[] { "reader" } });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var read = await Host.GetAsync(created.Headers.Location!.ToString(), _admin);
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        var user = await read.ReadJsonAsync();
        Assert.Equal("Grace Höpper", user.GetProperty("username").GetString());
        Assert.True(user.GetProperty("enabled").GetBoolean());
        Assert.DoesNotContain("assword\"", user.GetRawText().Replace("mustChangePassword\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync("GRACE HÖPPER", NewPassword));
    }

    [Theory]
    [InlineData("""{"username":"x","password":"short","roles":["reader"]}""", "password")]
    [InlineData("""{"username":"grace.hopper","password":"Grace.Hopper1","roles":["reader"]}""", "password")]
    [InlineData("""{"username":"grace hopper","password":"Grace Hopper","roles":[]}""", "password")]
    [InlineData("""{"username":"x","password":"administrator"}""", "password")]
    [InlineData("""{"username":"x","password":"QWERTY123456789"}""", "password")]
    [InlineData("""{"username":"x","password":"aaaaaaaaaaaaaaaaa"}""", "password")]
    [InlineData("""{"username":"x","password":"a long enough\uFFFE password"}""", "password")]
    [InlineData("""{"username":"x","password":"a long enough\uFFFF password"}""", "password")]
    [InlineData("""{"username":"x","password":"u\u0308o\u0308a\u0308e\u0308i\u0308y\u0308"}""", "password")]
    [InlineData("""{"username":"x","password":"\uFDFA\uFDFB\u3300"}""", "password")]
    [InlineData("""{"username":"a\u200Bb","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"admin\uFE0F","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"admin\u3164","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"ad\u034Fmin","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"x","password":"Password123!"}""", "password")]
    [InlineData("""{"username":"x","password":"Welcome2024!"}""", "password")]
    [InlineData("""{"username":"x","password":"P@ssw0rd1234"}""", "password")]
    [InlineData("""{"username":".","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"..","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"a%2fb","password":"a long enough password"}""", "username")]
    [InlineData("""{"username":"x","password":"a long enough password","roles":["boss"]}""", "roles")]
    [InlineData("""{"username":"x","password":"a long enough password","roles":"reader"}""", "roles")]
    [InlineData("""{"roles":[1],"admin":true}""", "admin,password,roles,username")]
    public async Task Create_InvalidField_IsRefused(string json, string fields)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/users", _admin, content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(fields, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem)));
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

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync("ada", GatehouseHost.Password + character));
        using var current = await PostPasswordAsync(token, GatehouseHost.Password + character, NewPassword);
        using var next = await PostPasswordAsync(token, GatehouseHost.Password, NewPassword + character);

        Assert.Equal(["currentPassword"], HttpResponseMessageExtensions.FieldsOf(await current.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(["newPassword"], HttpResponseMessageExtensions.FieldsOf(await next.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Fact]
    public async Task Create_NameThatLooksLikeAnother_IsAConflict()
    {
        using var first = await CreateAsync(new { username = "fiona", password = NewPassword });
        using var second = await CreateAsync(new { username = "ﬁONA", password = NewPassword });

        await second.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("o'brien & sons #1?")]
    [InlineData("a/b")]
    [InlineData("100%")]
    [InlineData("%2e%2e")]
    [InlineData("...")]
    [InlineData("CORP\\ada")]
    [InlineData("名前")]
    public async Task AwkwardNames_CanBeAddressed(string name)
    {
        using var created = await CreateAsync(new { username = name, password = NewPassword });
        using var read = await Host.GetAsync(created.Headers.Location!.ToString(), _admin);

        Assert.Equal(name, (await read.ReadJsonAsync()).GetProperty("username").GetString());
    }

    [Fact]
    public async Task Scopes_AreNeeded()
    {
        var writer = (await Host.SignInAsAsync("writer")).AccessToken;
        using var post = await Host.SendAsync(HttpMethod.Post, "/users", writer, JsonContent.Create(new { username = "x", password = NewPassword }));
        using var get = await Host.GetAsync("/users/root", writer);
        using var patch = await Host.SendAsync(HttpMethod.Patch, "/users/root", writer, JsonContent.Create(new { enabled = false }), "*");
        using var delete = await Host.SendAsync(HttpMethod.Delete, "/users/root", writer, ifMatch: "*");

        Assert.All(new[] { post, get, patch, delete }, static response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));
    }

    [Fact]
    public async Task DisabledUser_LosesAccessAtOnce_AndOldSessionsStayEnded()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("ada", new { enabled = false }));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync("ada", GatehouseHost.Password));

        Host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("ada", new { enabled = true }));
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync((await Host.SignInAsync("ada")).AccessToken));
    }

    [Fact]
    public async Task ChangedRoles_ApplyAtOnce()
    {
        await Host.AddUserAsync("ada", "writer");
        var tokens = await Host.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("ada", new { roles = new[] { "reader" } }));

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(tokens.AccessToken));
        using var refreshed = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        var next = await Hosting.Tokens.ReadAsync(refreshed);
        Assert.Equal("samples:read", next.Scope);

        // In the very second of the change, and good all the same.
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(next.AccessToken));
    }

    [Fact]
    public async Task Change_MissingOrStaleCondition_IsRefused()
    {
        await Host.AddUserAsync("ada", "reader");
        using var without = await Host.SendAsync(HttpMethod.Patch, "/users/ada", _admin, JsonContent.Create(new { enabled = false }));
        using var stale = await Host.SendAsync(HttpMethod.Patch, "/users/ada", _admin, JsonContent.Create(new { enabled = false }), "\"stale\"");
        using var locked = await Host.SendAsync(HttpMethod.Patch, "/users/ada", _admin, JsonContent.Create(new { locked = true }), "*");
        using var unknown = await Host.SendAsync(HttpMethod.Patch, "/users/nobody", _admin, JsonContent.Create(new { enabled = false }), "*");
        using var removalWithout = await Host.SendAsync(HttpMethod.Delete, "/users/ada", _admin);
        using var staleRemoval = await Host.SendAsync(HttpMethod.Delete, "/users/ada", _admin, ifMatch: "\"stale\"");

        await removalWithout.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await staleRemoval.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        await without.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await stale.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        await locked.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await unknown.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task LastAdministrator_CanBeNeitherDemotedDisabledNorRemoved()
    {
        Assert.Equal(HttpStatusCode.Conflict, await PatchAsync("root", new { roles = new[] { "reader" } }));
        Assert.Equal(HttpStatusCode.Conflict, await PatchAsync("root", new { enabled = false }));
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/users/root", _admin, ifMatch: "*");
        Assert.Equal(HttpStatusCode.Conflict, removed.StatusCode);

        await Host.AddUserAsync("second", "admin");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("root", new { roles = new[] { "reader" } }));
    }

    [Fact]
    public async Task TwoAdministrators_WhoDemoteEachOther_LeaveOne()
    {
        await Host.AddUserAsync("second", "admin");
        var second = (await Host.SignInAsync("second")).AccessToken;

        var answers = await Task.WhenAll(
            Host.SendAsync(HttpMethod.Patch, "/users/second", _admin, JsonContent.Create(new { roles = new[] { "reader" } }), "*"),
            Host.SendAsync(HttpMethod.Patch, "/users/root", second, JsonContent.Create(new { roles = new[] { "reader" } }), "*"));

        Assert.DoesNotContain(answers, static answer => answer.StatusCode == HttpStatusCode.InternalServerError);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var scopes = (await Host.SignInAsync("root")).Scope + " " + (await Host.SignInAsync("second")).Scope;
        Assert.Contains("users:write", scopes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemovedUser_LosesAccessAtOnce_AndANewUserOfTheNameIsAnotherUser()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        using var removed = await Host.SendAsync(HttpMethod.Delete, "/users/ada", _admin, ifMatch: "*");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(tokens.AccessToken));

        await Host.AddUserAsync("ada", "admin");
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(tokens.RefreshToken!));
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
        Assert.Equal(HttpStatusCode.OK, await RefreshAsync(next.RefreshToken!));
        foreach (var ended in new[] { own, other })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(ended.AccessToken));
            Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(ended.RefreshToken!));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync("ada", GatehouseHost.Password));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync("ada", NewPassword));
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
        Assert.Equal(HttpStatusCode.OK, await SignInAsync("ada", GatehouseHost.Password));
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

    private async Task<HttpStatusCode> PatchAsync<T>(string name, T change)
    {
        using var response = await Host.SendAsync(HttpMethod.Patch, $"/users/{name}", _admin, JsonContent.Create(change), "*");
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> ChangePasswordAsync(string token, string currentPassword, string newPassword)
    {
        using var response = await PostPasswordAsync(token, currentPassword, newPassword);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> PostPasswordAsync(string token, string currentPassword, string newPassword) =>
        Host.SendAsync(HttpMethod.Post, "/me/password", token, JsonContent.Create(new { currentPassword, newPassword }));

    private async Task<HttpStatusCode> SignInAsync(string username, string password)
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> RefreshAsync(string token)
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", token));
        return response.StatusCode;
    }
}
