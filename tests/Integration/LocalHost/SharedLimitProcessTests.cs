using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tables;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>Two processes that share a limit through Azurite, as two instances in Azure do.</summary>
public sealed class SharedLimitProcessTests : IDisposable
{
    private const int Limit = 200;
    private const int Slice = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _prefix = Azurite.CreatePrefix();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoProcesses_UnderLoad_LetTheLimitThrough_AndAtMostASliceEachMore()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        using var ofFirst = await DemoEnvironment.SignInAsync(first, _folder.Path, "viewer");
        using var ofSecond = new HttpClient { BaseAddress = second.Url, DefaultRequestHeaders = { Authorization = ofFirst.DefaultRequestHeaders.Authorization } };

        var granted = await Task.WhenAll(CountGrantedAsync(ofFirst, requests: 300), CountGrantedAsync(ofSecond, requests: 300));

        // Each process alone would let the limit through. The lower bound is what both give even if Azurite answers too late.
        Assert.InRange(granted.Sum(), 2 * Slice, Limit + (2 * Slice));
    }

    [Fact]
    public async Task KilledProcess_LosesAtMostASlice()
    {
        const int Used = 7;
        await using var killed = await StartAsync();
        using var ofKilled = await DemoEnvironment.SignInAsync(killed, _folder.Path, "viewer");
        for (var i = 0; i < Used; i++)
        {
            using var response = await ofKilled.GetAsync("/me", Cancellation);
            response.EnsureSuccessStatusCode();
        }

        killed.Kill();
        await using var other = await StartAsync();
        using var ofOther = new HttpClient { BaseAddress = other.Url, DefaultRequestHeaders = { Authorization = ofKilled.DefaultRequestHeaders.Authorization } };
        var granted = await CountGrantedAsync(ofOther, requests: 300);

        Assert.InRange(granted + Used, Limit - Slice, Limit + Slice);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<int> CountGrantedAsync(HttpClient client, int requests)
    {
        var granted = 0;
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (_, cancellationToken) =>
        {
            using var response = await client.GetAsync("/me", cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref granted);
            }
            else
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            }
        });
        return granted;
    }

    // A day, so that next to no permit comes back while the test runs.
    private async Task<HostProcess> StartAsync()
    {
        var azurite = await Azurite.GetAsync();
        return await HostProcess.StartAsync(
            _folder.Path,
            "--storage",
            "tables",
            $"--Storage:ConnectionString={azurite.ConnectionString}",
            $"--Storage:TablePrefix={_prefix}",
            "--Tokens:Issuer=http://localhost:7071",
            $"--RateLimits:Callers:daily:PermitLimit={Limit}",
            $"--RateLimits:Callers:daily:Slice={Slice}",
            "--RateLimits:Callers:daily:Window=1.00:00:00",
            "--RateLimits:Callers:daily:Shared=true");
    }
}
