using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>What becomes of somebody who guesses passwords.</summary>
[DependsOnStorage]
public sealed class LockoutTests : IAsyncLifetime
{
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
        _hosts.Time.Advance(TimeSpan.FromSeconds(59));
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
    public async Task EachFurtherWrongPassword_DoublesTheLockout_UpTo15Minutes()
    {
        await _hosts.First.AddUserAsync("ada", "viewer");
        for (var guess = 0; guess < 4; guess++)
        {
            await SignInAsync(_hosts.First, "ada", "wrong");
        }

        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            await SignInAsync(_hosts.First, "ada", "wrong");
            _hosts.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(_hosts.First, "ada", GatehouseHost.Password));
            _hosts.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(HttpStatusCode.OK, await SignInAsync(_hosts.First, "ada", GatehouseHost.Password));
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
        Assert.Equal(_hosts.Time.GetUtcNow().AddMinutes(1), user.GetProperty("lockedUntil").GetDateTimeOffset());
        using var lifted = await _hosts.First.SendAsync(HttpMethod.Patch, "/users/ada", admin, JsonContent.Create(new { locked = false }), seen.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.OK, lifted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(_hosts.Second, "ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task WrongPasswordAfterManyLockoutsOfADay_IsCounted_AndTheRightOneStaysOut()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Authentication:LockoutDuration"] = "1.00:00:00",
                ["Authentication:MaxLockoutDuration"] = "1.00:00:00",
            },
        });
        var ada = await host.AddUserAsync("ada", "viewer");
        var users = host.Services.GetRequiredService<IUserStore>();
        Assert.NotNull(await users.TryReplaceAsync(ada with { FailedSignIns = 30 }, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(host, "ada", "wrong"));

        Assert.Equal(31, (await users.FindAsync(ada.Name, TestContext.Current.CancellationToken))!.FailedSignIns);
        host.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(host, "ada", GatehouseHost.Password));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(host, "ada", GatehouseHost.Password));
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

    private static async Task<HttpStatusCode> SignInAsync(GatehouseHost host, string username, string password)
    {
        using var response = await host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
