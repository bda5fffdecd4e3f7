using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Tests.Integration.Authentication;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Logging.Testing;

namespace Gatehouse.Tests.Integration.Sessions;

/// <summary>The lists of sessions, by which users and administrators end them.</summary>
[DependsOnStorage]
public sealed class SessionListTests : GatehouseTest
{
    private const string FirstAgent = "Mozilla/5.0 (X11; Linux x86_64)";

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read",
            ["Http:TrustForwardedFor"] = "true",
            ["Tokens:MaxSessions"] = "3",
        },
        HasClientSecret = true,
    };

    [Fact]
    public async Task User_SeesOwnSessions_AndEndsOne()
    {
        await Host.AddUserAsync("ada", "reader");
        await Host.AddUserAsync("eve", "reader");
        var eve = await Host.SignInAsync("eve");
        var laptop = await SignInAsync("ada", "203.0.113.77", FirstAgent);
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        var phone = await SignInAsync("ada", "2001:db8:aaaa:bbbb::1", new string('x', 300));

        var listed = await ListAsync(phone.AccessToken);

        Assert.Equal([true, false], listed.Select(static session => session.GetProperty("current").GetBoolean()));
        Assert.Equal(["2001:db8:aaaa::/48", "203.0.113.0/24"], listed.Select(static session => session.GetProperty("network").GetString()!));
        Assert.Equal([new string('x', 200), FirstAgent], listed.Select(static session => session.GetProperty("userAgent").GetString()!));
        Assert.All(listed, static session => Assert.Equal("""["pwd"]""", session.GetProperty("authenticationMethods").GetRawText()));
        Assert.Equal(Host.Time.GetUtcNow().AddMinutes(-1), listed[1].GetProperty("startedAt").GetDateTimeOffset());
        Assert.All(listed, static session => Assert.DoesNotContain("203.0.113.77", session.GetRawText(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(eve.AccessToken, $"/me/sessions/{IdOf(listed[1])}"));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(phone.AccessToken, "/me/sessions/a%23b"));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(phone.AccessToken, $"/me/sessions/{IdOf(listed[1])}"));

        await AssertEndedAsync(laptop);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(phone.AccessToken));
        Assert.Single(await ListAsync(phone.AccessToken));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(phone.AccessToken, $"/me/sessions/{IdOf(listed[1])}"));
        var audited = Assert.Single(AuditOf("SessionEnded"));
        Assert.Equal(IdOf(listed[1]), audited.GetStructuredStateValue("Session"));
        Assert.Equal(audited.GetStructuredStateValue("Subject"), audited.GetStructuredStateValue("By"));
    }

    [Fact]
    public async Task Refresh_MovesTheLastUse()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await SignInAsync("ada", "203.0.113.77", FirstAgent);
        Host.Time.Advance(TimeSpan.FromMinutes(5));
        using var refreshed = await SendAsync("/token", new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("refresh_token", tokens.RefreshToken!)]), "198.51.100.9", "curl/8.5");

        var session = Assert.Single(await ListAsync((await Hosting.Tokens.ReadAsync(refreshed)).AccessToken));

        Assert.Equal(Host.Time.GetUtcNow(), session.GetProperty("lastUsedAt").GetDateTimeOffset());
        Assert.Equal(Host.Time.GetUtcNow().AddMinutes(-5), session.GetProperty("startedAt").GetDateTimeOffset());
        Assert.Equal(("198.51.100.0/24", "curl/8.5"), (session.GetProperty("network").GetString(), session.GetProperty("userAgent").GetString()));
    }

    [Fact]
    public async Task OtherSessions_End_AndThisOneStays()
    {
        await Host.AddUserAsync("ada", "reader");
        var first = await Host.SignInAsync("ada");
        var second = await Host.SignInAsync("ada");
        var own = await Host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(own.AccessToken, "/me/sessions"));

        await AssertEndedAsync(first);
        await AssertEndedAsync(second);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(own.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await Host.RefreshStatusAsync(own.RefreshToken!));
        Assert.Equal(2, AuditOf("SessionEnded").Count());
    }

    [Fact]
    public async Task EndingASession_WithoutARecentSignIn_IsRefused()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        Host.Time.Advance(TimeSpan.FromMinutes(16));
        using var refreshed = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        var old = (await Hosting.Tokens.ReadAsync(refreshed)).AccessToken;

        using var others = await Host.SendAsync(HttpMethod.Delete, "/me/sessions", old);
        using var one = await Host.SendAsync(HttpMethod.Delete, "/me/sessions/any", old);

        Assert.All(new[] { others, one }, static response =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("insufficient_user_authentication", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        });
        Assert.Single(await ListAsync(old));
        var again = await Host.SignInAsync("ada");
        Assert.Equal(2, (await ListAsync(again.AccessToken)).Length);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(again.AccessToken, "/me/sessions"));
    }

    [Fact]
    public async Task OneSessionTooMany_EndsTheOldest()
    {
        await Host.AddUserAsync("ada", "reader");
        var sessions = new List<Hosting.Tokens>();
        for (var number = 0; number < 4; number++)
        {
            sessions.Add(await Host.SignInAsync("ada"));
            Host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await AssertEndedAsync(sessions[0]);
        Assert.Equal(3, (await ListAsync(sessions[3].AccessToken)).Length);
        Assert.Contains(AuditOf("Revoked"), static record => record.GetStructuredStateValue("Reason") == "too_many_sessions");
    }

    [Fact]
    public async Task SessionsThatAPasswordChangeEnded_DoNotCount()
    {
        const string next = "paper kite over the harbour";
        await Host.AddUserAsync("ada", "reader");
        for (var number = 0; number < 3; number++)
        {
            await Host.SignInAsync("ada");
        }

        var token = (await Host.SignInAsync("ada")).AccessToken;
        using var changed = await Host.SendAsync(HttpMethod.Post, "/me/password", token, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = next }));
        var own = await Hosting.Tokens.ReadAsync(changed);
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", next));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", next));

        Assert.Equal(3, (await ListAsync(own.AccessToken)).Length);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(own.AccessToken));
    }

    [Fact]
    public async Task Administrator_EndsOneSession_OrAll_AndIsAudited()
    {
        await Host.AddUserAsync("root", "admin");
        var ada = await Host.AddUserAsync("ada", "reader");
        var admin = (await Host.SignInAsync("root")).AccessToken;
        var first = await Host.SignInAsync("ada");
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await Host.SignInAsync("ada");
        using var list = await Host.GetAsync("/users/ada/sessions", admin);
        var listed = (await list.ReadJsonAsync()).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([false, false], listed.Select(static session => session.GetProperty("current").GetBoolean()));

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(admin, $"/users/{ada.Id}/sessions/{IdOf(listed[1])}"));
        await AssertEndedAsync(first);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(second.AccessToken));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(admin, $"/users/root/sessions/{IdOf(listed[0])}"));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(admin, "/users/ada/sessions"));
        await AssertEndedAsync(second);

        Assert.All(AuditOf("SessionEnded"), record =>
        {
            Assert.Equal(ada.Id, record.GetStructuredStateValue("Subject"));
            Assert.NotEqual(ada.Id, record.GetStructuredStateValue("By"));
        });
        Assert.Equal(2, AuditOf("SessionEnded").Count());
    }

    [Fact]
    public async Task Helpdesk_EndsNoSessionOfAUserWithMoreScopes()
    {
        await Host.AddUserAsync("root", "admin");
        await Host.AddUserAsync("hal", "helpdesk");
        var root = await Host.SignInAsync("root");
        var helpdesk = (await Host.SignInAsync("hal")).AccessToken;
        var id = IdOf((await ListAsync(root.AccessToken))[0]);

        Assert.Equal(HttpStatusCode.Forbidden, await DeleteAsync(helpdesk, "/users/root/sessions"));
        Assert.Equal(HttpStatusCode.Forbidden, await DeleteAsync(helpdesk, $"/users/root/sessions/{id}"));

        Assert.Single(await ListAsync(root.AccessToken));
    }

    [Fact]
    public async Task Calls_WithoutTokenScopeOrUser_AreRefused()
    {
        var reader = (await Host.SignInAsAsync("reader")).AccessToken;
        var admin = (await Host.SignInAsAsync("admin")).AccessToken;
        using var granted = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        var client = (await Hosting.Tokens.ReadAsync(granted)).AccessToken;
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/users/x/sessions"), (HttpMethod.Delete, "/users/x/sessions"), (HttpMethod.Delete, "/users/x/sessions/y") })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(method, path, null));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(method, path, reader));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(method, path, admin));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Get, "/me/sessions", null));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "/me/sessions", client));

        // Nobody signed in for a client's token.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Delete, "/me/sessions", client));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Delete, "/me/sessions/y", client));
    }

    private static string IdOf(JsonElement session) => session.GetProperty("id").GetString()!;

    private IEnumerable<FakeLogRecord> AuditOf(string name) => Host.Logs.GetSnapshot().Where(record => record.Id.Name == name);

    private async Task AssertEndedAsync(Hosting.Tokens tokens)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(tokens.RefreshToken!));
    }

    private async Task<Hosting.Tokens> SignInAsync(string username, string address, string userAgent)
    {
        using var response = await SendAsync("/authenticate", JsonContent.Create(new { username, password = GatehouseHost.Password }), address, userAgent);
        response.EnsureSuccessStatusCode();
        return await Hosting.Tokens.ReadAsync(response);
    }

    private Task<HttpResponseMessage> SendAsync(string path, HttpContent content, string address, string userAgent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<JsonElement[]> ListAsync(string token)
    {
        using var response = await Host.GetAsync("/me/sessions", token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray()];
    }

    private Task<HttpStatusCode> DeleteAsync(string token, string path) => StatusAsync(HttpMethod.Delete, path, token);

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? token)
    {
        using var response = await Host.SendAsync(method, path, token);
        return response.StatusCode;
    }
}
