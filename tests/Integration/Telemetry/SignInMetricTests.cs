using System.Net;
using System.Net.Http.Json;
using Gatehouse.Audit;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What is counted of sign-ins.</summary>
[DependsOnStorage]
public sealed class SignInMetricTests : GatehouseTest
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Authentication:HashingConcurrency"] = "1",
            ["Authentication:HashingQueueLength"] = "1",
        },
    };

    [Fact]
    public async Task RightPassword_CountsAsSucceeded()
    {
        await Host.AddUserAsync("ada", "viewer");
        await AssertCountedAsync("ada", GatehouseHost.Password, "outcome=succeeded");
    }

    [Fact]
    public async Task WrongPassword_CountsAsItsReason()
    {
        await Host.AddUserAsync("ada", "viewer");
        await AssertCountedAsync("ada", "wrong", "outcome=wrong_password");
    }

    [Fact]
    public async Task UnknownUser_CountsAsItsReason() => await AssertCountedAsync("nobody", "wrong", "outcome=unknown_user");

    [Fact]
    public async Task DisabledUser_CountsAsItsReason()
    {
        var user = await Host.AddUserAsync("ada", "viewer");
        await Host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(user with { IsEnabled = false }, TestContext.Current.CancellationToken);
        await AssertCountedAsync("ada", GatehouseHost.Password, "outcome=disabled");
    }

    [Fact]
    public async Task FifthWrongPassword_CountsAsALockout_AndTheNextAsLockedOut()
    {
        using var lockouts = Host.Listen<long>(AuditMetrics.Lockouts);
        await Host.AddUserAsync("ada", "viewer");
        for (var guess = 0; guess < 4; guess++)
        {
            await SignInAsync("ada", "wrong");
        }

        Assert.Empty(lockouts.GetMeasurementSnapshot());
        await SignInAsync("ada", "wrong");

        Assert.Equal(1, lockouts.Total());
        await AssertCountedAsync("ada", GatehouseHost.Password, "outcome=locked_out");
    }

    [Fact]
    public async Task FullQueue_ShowsWaitingRequests_AndCountsRefusedOnes()
    {
        using var queued = Host.Listen<long>(PasswordHashing.QueuedMetric);
        using var refused = Host.Listen<long>(PasswordHashing.RefusedMetric);
        Assert.Equal(0, queued.ReadGauge());
        var hashing = Host.Services.GetRequiredService<PasswordHashing>();
        var release = new TaskCompletionSource<User?>();
        var running = hashing.VerifyAsync(() => release.Task, "a", static check => Task.FromResult(check.User), TestContext.Current.CancellationToken);
        var waiting = hashing.HashAsync("b", TestContext.Current.CancellationToken);
        Assert.Equal(1, queued.ReadGauge());
        Assert.Empty(refused.GetMeasurementSnapshot());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SignInAsync("ada", "wrong"));

        Assert.Equal(1, refused.Total());
        release.SetResult(null);
        await Task.WhenAll(running, waiting);
    }

    private async Task AssertCountedAsync(string name, string password, string attributes)
    {
        using var signIns = Host.Listen<long>(AuditMetrics.SignIns);

        await SignInAsync(name, password);

        Assert.Equal([attributes], signIns.Attributes());
    }

    private async Task<HttpStatusCode> SignInAsync(string username, string password)
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
