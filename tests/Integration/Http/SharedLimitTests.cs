using System.Net;
using Gatehouse.RateLimits;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>A limit of callers that all instances count together.</summary>
[DependsOnStorage]
public sealed class SharedLimitTests
{
    private static readonly (string Name, string Value)[] Limit =
    [
        ("RateLimits:Callers:hourly:PermitLimit", "20"),
        ("RateLimits:Callers:hourly:Slice", "5"),
        ("RateLimits:Callers:hourly:Shared", "true"),
    ];

    [Fact]
    public async Task OneUser_OnTwoInstances_HasOneQuota()
    {
        await using var hosts = await TwoHosts.StartAsync(RateLimitedHost.CreateOptions(Limit).Settings);
        await hosts.First.AddUserAsync("ada", "reader");
        var token = (await hosts.First.SignInAsync("ada")).AccessToken;

        var granted = 0;
        for (var i = 0; i < 20; i++)
        {
            granted += await hosts.First.TryTokenAsync(token) == HttpStatusCode.OK ? 1 : 0;
            granted += await hosts.Second.TryTokenAsync(token) == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.Equal(20, granted);
        using var refusal = await hosts.Second.ReadSamplesAsync(token);
        Assert.Equal("180", refusal.ReadField("Retry-After"));
        Assert.Contains("\"hourly\";r=0;t=3600", refusal.ReadField("RateLimit"), StringComparison.Ordinal);

        hosts.Time.Advance(TimeSpan.FromSeconds(180));
        Assert.Equal(HttpStatusCode.OK, await hosts.Second.TryTokenAsync(token));
        Assert.Equal(HttpStatusCode.TooManyRequests, await hosts.First.TryTokenAsync(token));
    }

    [Fact]
    public async Task StorageAway_GivesTheCallerASlice_AndNoMore()
    {
        await using var host = await GatehouseHost.StartAsync(RateLimitedHost.CreateOptions(Limit) with
        {
            Configure = static builder => builder.Services.AddSingleton<IQuotaStore>(new StoreAway()),
        });
        await host.AddUserAsync("ada", "reader");
        var token = (await host.SignInAsync("ada")).AccessToken;

        for (var left = 4; left >= 0; left--)
        {
            using var response = await host.ReadSamplesAsync(token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains($"\"hourly\";r={left};", response.ReadField("RateLimit"), StringComparison.Ordinal);
        }

        using var refusal = await host.ReadSamplesAsync(token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refusal.StatusCode);
        Assert.Equal("5", refusal.ReadField("Retry-After"));
        Assert.Single(host.Logs.GetSnapshot(), static record => record.Id.Id == 1700);
    }

    private sealed class StoreAway : IQuotaStore
    {
        public Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken) => throw Away();

        public Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken) => throw Away();

        public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw Away();

        private static StorageUnavailableException Away() => new("The storage is away.", new IOException());
    }
}
