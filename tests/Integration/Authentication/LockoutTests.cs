using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Wrong passwords, and the user whose password they are not.</summary>
[DependsOnStorage]
public sealed class LockoutTests : IAsyncLifetime
{
    private const string Home = "203.0.113.7:1";

    private TwoHosts _hosts = null!;

    public async ValueTask InitializeAsync() => _hosts = await TwoHosts.StartAsync(new Dictionary<string, string?>
    {
        ["Authentication:HashingQueueLength"] = "100",
        ["Authentication:HashingConcurrency"] = "1",
    });

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Fact]
    public async Task FiveWrongPasswords_LockOut_OnEveryInstance_EvenWithTheRightOne()
    {
        await _hosts.First.AddUserAsync("ada", "viewer");
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.First, "ada", "wrong"));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.First, "ada", GatehouseHost.Password));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
        _hosts.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
        _hosts.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task FourWrongPasswords_ThenTheRightOne_ResetTheCount()
    {
        await _hosts.First.AddUserAsync("ada", "viewer");
        for (var round = 0; round < 3; round++)
        {
            for (var guess = 0; guess < 4; guess++)
            {
                await SignInAsync(_hosts.First, "ada", "wrong");
            }

            Assert.Equal(HttpStatusCode.OK, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
        }
    }

    [Fact]
    public async Task GuessesFromElsewhere_DoNotKeepTheOwnerOut()
    {
        await using var host = await StartBehindFrontEndAsync();
        await host.AddUserAsync("ada", "viewer");
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password, Home));

        for (var minute = 0; minute < 24 * 60; minute += 10)
        {
            await SignInAsync(host, "ada", "wrong", $"198.51.{minute / 10}.1:1");
            host.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password, Home));
    }

    [Fact]
    public async Task GuessesFromOneAddress_LockOutThatSiteOnly()
    {
        await using var host = await StartBehindFrontEndAsync();
        await host.AddUserAsync("ada", "viewer");
        for (var guess = 0; guess < 50; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(host, "ada", "wrong", "198.51.100.9:1"));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(host, "ada", GatehouseHost.Password, "198.51.100.77:1"));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password, Home));
    }

    [Fact]
    public async Task GuessesFromManySites_LockOutAllStrangers_ButNoKnownSite()
    {
        await using var host = await StartBehindFrontEndAsync();
        await host.AddUserAsync("ada", "viewer");
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password, Home));
        for (var site = 0; site < 50; site++)
        {
            await SignInAsync(host, "ada", "wrong", $"198.51.{site}.1:1");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(host, "ada", GatehouseHost.Password, "192.0.2.1:1"));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password, Home));
    }

    [Fact]
    public async Task FiftyParallelGuesses_OnTwoInstances_FewAreReallyChecked()
    {
        await _hosts.First.AddUserAsync("ada", "viewer");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            SignInAsync(number % 2 == 0 ? _hosts.First : _hosts.Second, "ada", $"guess {number}")));

        Assert.All(answers, static status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.First, "ada", GatehouseHost.Password));

        // Five, and one more that was in flight on the other instance when the fifth was counted.
        var checkedGuesses = new[] { _hosts.First, _hosts.Second }.Sum(static host =>
            host.Logs.GetSnapshot().Count(static record => record.Id.Name == "LoginFailed" && record.Message.Contains("wrong_password", StringComparison.Ordinal)));
        Assert.InRange(checkedGuesses, 5, 6);
    }

    [Fact]
    public async Task Lockout_CanBeSeenAndLifted()
    {
        await _hosts.First.AddUserAsync("ada", "viewer");
        var admin = (await _hosts.First.SignInAsAsync("admin")).AccessToken;
        for (var guess = 0; guess < 5; guess++)
        {
            await SignInAsync(_hosts.First, "ada", "wrong");
        }

        Assert.Contains(_hosts.First.Logs.GetSnapshot(), static record => record.Id.Name == "LoginLocked" && record.Message.EndsWith("address 127.0.0.1.", StringComparison.Ordinal));
        using var seen = await _hosts.First.GetAsync("/users/ada", admin);
        var user = await seen.ReadJsonAsync();
        Assert.Equal(5, user.GetProperty("failedSignIns").GetInt32());
        Assert.Equal(_hosts.Time.GetUtcNow().AddMinutes(15), user.GetProperty("lockedUntil").GetDateTimeOffset());
        using var lifted = await _hosts.First.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { locked = false }), seen.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.OK, lifted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task FloodFromOneSite_LeavesTurnsToOthers()
    {
        await using var host = await StartBehindFrontEndAsync(("Authentication:HashingConcurrency", "1"), ("Authentication:HashingQueueLength", "4"));
        await host.AddUserAsync("ada", "viewer");

        var flood = Enumerable.Range(0, 60).Select(number => SignInAsync(host, $"nobody-{number}", "wrong", $"[2001:db8:1:{number:x}::1]:1")).ToArray();
        var others = Enumerable.Range(0, 3).Select(number => SignInAsync(host, "ada", GatehouseHost.Password, $"192.0.{number}.1:1")).ToArray();

        Assert.All(await Task.WhenAll(others), static status => Assert.Equal(HttpStatusCode.OK, status));
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task MoreSignInsThanTheQueueTakes_Are503_WithRetryAfter()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Authentication:HashingConcurrency"] = "1",
                ["Authentication:HashingQueueLength"] = "2",
            },
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            host.Client.PostAsJsonAsync("/authenticate", new { username = "nobody", password = "x" }, TestContext.Current.CancellationToken)));

        Assert.All(answers, static answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable }));
        var busy = Assert.IsType<HttpResponseMessage>(answers.FirstOrDefault(static answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable));
        await busy.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(busy.Headers.RetryAfter?.Delta);
    }

    private static Task<GatehouseHost> StartBehindFrontEndAsync(params (string Name, string Value)[] settings) => GatehouseHost.StartAsync(new GatehouseHostOptions
    {
        Settings = settings.Append(("Http:TrustForwardedFor", "true")).ToDictionary(static setting => setting.Item1, static string? (setting) => setting.Item2),
    });

    private static async Task<HttpStatusCode> SignInAsync(GatehouseHost host, string username, string password, string? from = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/authenticate") { Content = JsonContent.Create(new { username, password }) };
        if (from is not null)
        {
            request.Headers.Add("X-Forwarded-For", from);
        }

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
