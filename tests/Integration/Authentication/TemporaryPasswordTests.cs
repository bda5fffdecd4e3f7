using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Logging.Testing;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Passwords that an administrator sets.</summary>
[DependsOnStorage]
public sealed class TemporaryPasswordTests : GatehouseTest
{
    private const string Temporary = "paper kite over the harbour";
    private const string Own = "seven quiet mountains at dawn";

    private string _admin = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read",
            ["Authentication:TemporaryPasswordLifetime"] = "02:00:00",
            ["Tokens:AccessTokenLifetime"] = "1.00:00:00",
        },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Fact]
    public async Task PasswordOfAnAdministrator_GrantsNothing_UntilTheUserChangesIt()
    {
        await CreateAsync("grace");
        var user = await ReadAsync("grace");
        Assert.True(user.GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal(Host.Time.GetUtcNow().AddHours(2), user.GetProperty("passwordExpiresAt").GetDateTimeOffset());

        var first = await SignInAsync("grace", Temporary);
        Assert.Equal("", first!.Scope);
        Assert.Equal(HttpStatusCode.Forbidden, await Host.TryTokenAsync(first.AccessToken));

        using var changed = await ChangePasswordAsync(first.AccessToken, Temporary, Own);
        Assert.Equal("samples:read", (await Hosting.Tokens.ReadAsync(changed)).Scope);
        user = await ReadAsync("grace");
        Assert.False(user.GetProperty("mustChangePassword").GetBoolean());
        Assert.False(user.TryGetProperty("passwordExpiresAt", out _));
        Host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("samples:read", (await SignInAsync("grace", Own))!.Scope);
        Assert.Null(await SignInAsync("grace", Temporary));
    }

    [Fact]
    public async Task TemporaryPassword_AfterItsTime_IsRefusedLikeAWrongOne_AndAudited()
    {
        await CreateAsync("grace");
        Host.Time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        var inTime = await SignInAsync("grace", Temporary);

        Host.Time.Advance(TimeSpan.FromSeconds(1));

        using var expired = await AuthenticateAsync("grace", Temporary);
        using var wrong = await AuthenticateAsync("grace", Own);
        Assert.Equal((await WithoutTraceAsync(wrong)).GetRawText(), (await WithoutTraceAsync(expired)).GetRawText());
        using var late = await ChangePasswordAsync(inTime!.AccessToken, Temporary, Own);
        await late.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(
            ["password_expired", "wrong_password", "password_expired"],
            AuditOf("LoginFailed").Select(static record => record.GetStructuredStateValue("Reason")!));
    }

    [Fact]
    public async Task Reset_EndsEverySession_AndIsAudited()
    {
        var grace = await Host.AddUserAsync("grace", "reader");
        var before = await Host.SignInAsync("grace");

        using var reset = await PatchAsync(_admin, "grace", new { password = Temporary });

        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        Assert.Equal(grace.Id, (await reset.ReadJsonAsync()).GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(before.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(before.RefreshToken!));
        Assert.Null(await SignInAsync("grace", GatehouseHost.Password));
        var temporary = await SignInAsync("grace", Temporary);
        using var changed = await ChangePasswordAsync(temporary!.AccessToken, Temporary, Own);
        Assert.Equal("samples:read", (await Hosting.Tokens.ReadAsync(changed)).Scope);
        var audited = Assert.Single(AuditOf("UserChanged"));
        Assert.Equal((grace.Id, "password reset"), (audited.GetStructuredStateValue("Subject"), audited.GetStructuredStateValue("What")));
        Assert.NotNull(audited.GetStructuredStateValue("By"));
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static record => record.Message.Contains(Temporary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reset_OfAnExpiredPassword_BeginsANewTime()
    {
        await CreateAsync("grace");
        Host.Time.Advance(TimeSpan.FromHours(3));
        Assert.Null(await SignInAsync("grace", Temporary));

        using var reset = await PatchAsync(_admin, "grace", new { password = Own });

        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        Assert.NotNull(await SignInAsync("grace", Own));
    }

    [Fact]
    public async Task Reset_OfAUserWithMoreScopes_IsRefused()
    {
        await Host.AddUserAsync("hal", "helpdesk");

        using var refused = await PatchAsync((await Host.SignInAsync("hal")).AccessToken, "root", new { password = Temporary });

        await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.NotNull(await SignInAsync("root", GatehouseHost.Password));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("Password123!")]
    public async Task Reset_ToAnUnacceptablePassword_IsRefused(string password)
    {
        await Host.AddUserAsync("grace", "reader");

        using var refused = await PatchAsync(_admin, "grace", new { password });

        Assert.Equal(["password"], HttpResponseMessageExtensions.FieldsOf(await refused.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.NotNull(await SignInAsync("grace", GatehouseHost.Password));
    }

    private static async Task<JsonElement> WithoutTraceAsync(HttpResponseMessage response)
    {
        var problem = (await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials")).EnumerateObject();
        return JsonSerializer.SerializeToElement(problem.Where(static member => member.Name != "traceId").ToDictionary(static member => member.Name, static member => member.Value));
    }

    private IEnumerable<FakeLogRecord> AuditOf(string name) => Host.Logs.GetSnapshot().Where(record => record.Id.Name == name);

    private Task<HttpResponseMessage> AuthenticateAsync(string username, string password) =>
        Host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);

    private async Task<Hosting.Tokens?> SignInAsync(string username, string password)
    {
        using var response = await AuthenticateAsync(username, password);
        return response.StatusCode == HttpStatusCode.OK ? await Hosting.Tokens.ReadAsync(response) : null;
    }

    private async Task CreateAsync(string username)
    {
        using var response = await Host.SendAsync(HttpMethod.Post, "/users", _admin, JsonContent.Create(new { username, password = Temporary, roles = new[] { "reader" } }));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private async Task<JsonElement> ReadAsync(string username)
    {
        using var response = await Host.GetAsync($"/users/{username}", _admin);
        return await response.ReadJsonAsync();
    }

    private Task<HttpResponseMessage> PatchAsync<T>(string token, string username, T change) =>
        Host.SendAsync(HttpMethod.Patch, $"/users/{username}", token, JsonContent.Create(change), "*");

    private Task<HttpResponseMessage> ChangePasswordAsync(string token, string currentPassword, string newPassword) =>
        Host.SendAsync(HttpMethod.Post, "/me/password", token, JsonContent.Create(new { currentPassword, newPassword }));
}
