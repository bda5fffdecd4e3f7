using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>Limits that follow the caller: a user or client, over any addresses.</summary>
public sealed class CallerLimitTests : IAsyncDisposable
{
    private static readonly (string Name, string Value) HourlyOfFive = ("RateLimits:Callers:hourly:PermitLimit", "5");
    private static readonly (string Name, string Value) GrantClient = ("grant_type", "client_credentials");

    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private GatehouseHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task OneUser_OverTwentyAddresses_HasOneQuota()
    {
        await StartAsync(HourlyOfFive);
        var ada = await SignInAsync("ada");

        var statuses = await Task.WhenAll(Enumerable.Range(1, 20).Select(number => GetStatusAsync(ada, $"203.0.113.{number}")));

        Assert.Equal(5, statuses.Count(static status => status == HttpStatusCode.OK));
        Assert.Equal(15, statuses.Count(static status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task TwoUsers_BehindOneAddress_AreIndependent()
    {
        await StartAsync(HourlyOfFive);
        var ada = await SignInAsync("ada");
        var eve = await SignInAsync("eve");
        for (var i = 0; i < 20; i++)
        {
            await GetStatusAsync(ada);
        }

        using var ofEve = await GetAsync(eve);
        Assert.Equal(HttpStatusCode.OK, ofEve.StatusCode);
        Assert.Equal("\"default\";r=579;t=3,\"hourly\";r=4;t=720", ofEve.ReadField("RateLimit"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetStatusAsync(ada));
    }

    [Fact]
    public async Task UsedUpLimit_Is429_WithEveryLimitThatCounted_UntilRetryAfter()
    {
        await StartAsync(HourlyOfFive);
        var ada = await SignInAsync("ada");
        for (var left = 4; left >= 0; left--)
        {
            using var response = await GetAsync(ada);
            Assert.Equal($"\"default\";r={595 + left};t=1,\"hourly\";r={left};t={(5 - left) * 720}", response.ReadField("RateLimit"));
        }

        using var refusal = await GetAsync(ada);
        var problem = await refusal.ReadProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal("The limit hourly is used up. Try again in 720 s.", problem.GetProperty("detail").GetString());
        Assert.Equal("720", refusal.ReadField("Retry-After"));
        Assert.Equal(["\"default\";q=600;w=60", "\"hourly\";q=5;w=3600"], refusal.ReadField("RateLimit-Policy").Split(',').Order());
        Assert.Equal(["\"default\";r=594;t=1", "\"hourly\";r=0;t=3600"], refusal.ReadField("RateLimit").Split(',').Order());

        _time.Advance(TimeSpan.FromSeconds(720));
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(await SignInAsync("ada", isNew: false)));
    }

    [Fact]
    public async Task FailedRequest_TellsWhatIsLeft()
    {
        await StartAsync(HourlyOfFive);
        var token = (await _host.SignInAsAsync("writer")).AccessToken;

        using var refused = await _host.SendAsync(HttpMethod.Post, ProtectedFunctions.Path, token, JsonContent.Create("no object"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("\"default\";r=599;t=1,\"hourly\";r=4;t=720", refused.ReadField("RateLimit"));
    }

    [Fact]
    public async Task RefusedToken_CountsForNoCaller()
    {
        await StartAsync(HourlyOfFive);
        var ada = await SignInAsync("ada");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GetStatusAsync(ada + "x"));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusOfAsync(_host.SendAsync(HttpMethod.Delete, "/samples/1", ada)));
        }

        using var response = await GetAsync(ada);
        Assert.EndsWith("\"hourly\";r=4;t=720", response.ReadField("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimitOfNamedFunctions_CountsOnlyThem()
    {
        await StartAsync(HourlyOfFive, ("RateLimits:Callers:hourly:Functions", "readsamples DeleteSample"));
        var token = (await _host.SignInAsAsync("owner")).AccessToken;

        using var me = await _host.GetAsync("/me", token);
        using var read = await GetAsync(token);
        using var deleted = await _host.SendAsync(HttpMethod.Delete, "/samples/1", token);

        Assert.DoesNotContain("hourly", me.ReadField("RateLimit"), StringComparison.Ordinal);
        Assert.Contains("\"hourly\";r=4", read.ReadField("RateLimit"), StringComparison.Ordinal);
        Assert.Contains("\"hourly\";r=3", deleted.ReadField("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimitOfRoles_CountsOnlyTheirCallers()
    {
        await StartAsync(HourlyOfFive, ("RateLimits:Callers:hourly:Roles", "reader owner"));
        var reader = (await _host.SignInAsAsync("reader")).AccessToken;
        var writer = (await _host.SignInAsAsync("writer")).AccessToken;

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(i < 5 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, await GetStatusAsync(reader));
            Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(writer));
        }

        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync((await _host.SignInAsAsync("reader")).AccessToken));
    }

    [Fact]
    public async Task LimitByRole_IsSharedByAllCallersWithTheRole()
    {
        await StartAsync(HourlyOfFive, ("RateLimits:Callers:hourly:By", "Role"));
        await _host.AddUserAsync("both", "reader", "writer");
        var both = (await _host.SignInAsync("both")).AccessToken;
        var reader = (await _host.SignInAsAsync("reader")).AccessToken;
        var writer = (await _host.SignInAsAsync("writer")).AccessToken;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(reader));
        }

        using var third = await GetAsync(both);
        Assert.Contains("\"hourly\";r=1;", third.ReadField("RateLimit"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(both));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetStatusAsync(both));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetStatusAsync(reader));
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(writer));
    }

    [Fact]
    public async Task BurstThatTheShortLimitRefuses_CostsNoPermitOfTheLongOne()
    {
        await StartAsync(
            ("RateLimits:Callers:daily:PermitLimit", "100"),
            ("RateLimits:Callers:daily:Window", "1.00:00:00"),
            ("RateLimits:Callers:burst:PermitLimit", "2"),
            ("RateLimits:Callers:burst:Window", "00:00:02"));
        var ada = await SignInAsync("ada");
        for (var i = 0; i < 50; i++)
        {
            await GetStatusAsync(ada);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        using var response = await GetAsync(ada);

        Assert.EndsWith("\"burst\";r=1;t=1,\"daily\";r=97;t=2592", response.ReadField("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_IsLimited_PerClient()
    {
        await StartAsync(
            HourlyOfFive,
            ("Clients:1:Id", "other-client"),
            ("Clients:1:Scopes", "samples:read"),
            ("Clients:1:SecretName", GatehouseHost.ClientId));
        for (var left = 4; left >= 0; left--)
        {
            using var granted = await GrantAsync(GatehouseHost.ClientId);
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
            Assert.Contains($"\"hourly\";r={left};", granted.ReadField("RateLimit"), StringComparison.Ordinal);
        }

        using var refusal = await GrantAsync(GatehouseHost.ClientId);
        using var wrongSecret = await _host.PostFormAsync("/token", GrantClient, ("client_id", "other-client"), ("client_secret", "wrong"));
        using var other = await GrantAsync("other-client");

        Assert.Equal("temporarily_unavailable", await refusal.ReadOAuthErrorAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal("720", refusal.ReadField("Retry-After"));
        Assert.Contains("\"hourly\";r=0;t=3600", refusal.ReadField("RateLimit"), StringComparison.Ordinal);
        Assert.DoesNotContain("hourly", wrongSecret.ReadField("RateLimit"), StringComparison.Ordinal);
        Assert.Contains("\"hourly\";r=4;", other.ReadField("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_BeyondTheUsersLimit_LeavesTheTokenUsable()
    {
        await StartAsync(("RateLimits:Callers:hourly:PermitLimit", "2"));
        await _host.AddUserAsync("ada", "reader");
        var tokens = await _host.SignInAsync("ada");
        await GetStatusAsync(tokens.AccessToken);
        await GetStatusAsync(tokens.AccessToken);

        using var refusal = await RefreshAsync(tokens.RefreshToken!);
        _time.Advance(TimeSpan.FromMinutes(30));
        using var refreshed = await RefreshAsync(tokens.RefreshToken!);

        Assert.Equal("temporarily_unavailable", await refusal.ReadOAuthErrorAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal("1800", refusal.ReadField("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        Assert.Contains("\"hourly\";r=0;", refreshed.ReadField("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserWithoutPermits_CanStillLogOut_AndChangeThePassword()
    {
        await StartAsync(("RateLimits:Callers:hourly:PermitLimit", "1"));
        var ada = await SignInAsync("ada");
        await GetStatusAsync(ada);
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetStatusAsync(ada));

        using var change = JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = "another horse battery staple" });
        using var changed = await _host.SendAsync(HttpMethod.Post, "/me/password", ada, change);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await StatusOfAsync(_host.SendAsync(HttpMethod.Post, "/logout", (await Hosting.Tokens.ReadAsync(changed)).AccessToken)));
    }

    [Fact]
    public async Task DisabledLimits_CountNoCaller()
    {
        await StartAsync(HourlyOfFive, ("RateLimits:Enabled", "false"));
        var ada = await SignInAsync("ada");

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(ada));
        }
    }

    private static async Task<HttpStatusCode> StatusOfAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return response.StatusCode;
    }

    private async Task StartAsync(params (string Name, string Value)[] settings) =>
        _host = await GatehouseHost.StartAsync(RateLimitedHost.CreateOptions(settings) with { Time = _time, HasClientSecret = true });

    private async Task<string> SignInAsync(string name, bool isNew = true)
    {
        if (isNew)
        {
            await _host.AddUserAsync(name, "reader");
        }

        return (await _host.SignInAsync(name)).AccessToken;
    }

    private Task<HttpStatusCode> GetStatusAsync(string token, string? address = null) => StatusOfAsync(GetAsync(token, address));

    private async Task<HttpResponseMessage> GetAsync(string token, string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ProtectedFunctions.Path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (address is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", $"{address}:50001");
        }

        return await _host.Client.SendAsync(request, Cancellation);
    }

    private Task<HttpResponseMessage> GrantAsync(string clientId) =>
        _host.PostFormAsync("/token", GrantClient, ("client_id", clientId), ("client_secret", GatehouseHost.ClientSecret));

    private Task<HttpResponseMessage> RefreshAsync(string token) => _host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", token));
}
