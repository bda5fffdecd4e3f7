using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Administering users.</summary>
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
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("GRACE HÖPPER", NewPassword));
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
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada", GatehouseHost.Password));

        Host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("ada", new { enabled = true }));
        Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(tokens.RefreshToken!));
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
        Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(tokens.RefreshToken!));
    }

    private Task<HttpResponseMessage> CreateAsync<T>(T user) => Host.SendAsync(HttpMethod.Post, "/users", _admin, JsonContent.Create(user));

    private async Task<HttpStatusCode> PatchAsync<T>(string name, T change)
    {
        using var response = await Host.SendAsync(HttpMethod.Patch, $"/users/{name}", _admin, JsonContent.Create(change), "*");
        return response.StatusCode;
    }
}
