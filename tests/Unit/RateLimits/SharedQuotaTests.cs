using Gatehouse.RateLimits;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class SharedQuotaTests
{
    private const string Ada = "ada";

    private readonly FakeTimeProvider _time = new();
    private readonly SharedStore _store = new();
    private readonly FakeLogger<QuotaLender> _logger = new();

    [Fact]
    public async Task Acquire_OnOneInstance_GrantsTheLimit_AndTellsWhatIsLeft()
    {
        var quota = CreateInstance(permits: 100, slice: 10);

        for (var left = 99; left >= 0; left--)
        {
            var lease = await quota.AcquireAsync(Ada);
            Assert.True(lease.IsAcquired);
            Assert.Equal($"\"hourly\";r={left};t={(100 - left) * 36}", lease.RateLimitField);
        }

        var refusal = await quota.AcquireAsync(Ada);
        Assert.False(refusal.IsAcquired);
        Assert.Equal(TimeSpan.FromSeconds(36), refusal.RetryAfter);
        Assert.Equal("\"hourly\";r=0;t=3600", refusal.RateLimitField);
    }

    [Theory]
    [InlineData(1, 101)]
    [InlineData(10, 11)]
    [InlineData(100, 2)]
    public async Task Acquire_AsksTheStore_OnceForEachSlice(int slice, int requests)
    {
        var quota = CreateInstance(permits: 100, slice);

        for (var i = 0; i < 100; i++)
        {
            await quota.AcquireAsync(Ada);
        }

        Assert.Equal(requests, _store.Requests);
    }

    [Fact]
    public async Task Acquire_WhenUsedUp_DoesNotAskTheStore_UntilThereIsAPermit()
    {
        var quota = CreateInstance(permits: 100, slice: 100);
        Assert.Equal(100, await CountGrantedAsync(quota, 101));
        var requests = _store.Requests;

        Assert.Equal(0, await CountGrantedAsync(quota, 1000));
        _time.Advance(TimeSpan.FromSeconds(36) - TimeSpan.FromTicks(1));
        Assert.Equal(0, await CountGrantedAsync(quota, 1));
        Assert.Equal(requests, _store.Requests);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await CountGrantedAsync(quota, 2));
    }

    [Fact]
    public async Task Acquire_OnManyInstances_GrantsTheLimitOnce()
    {
        var instances = Enumerable.Range(0, 5).Select(_ => CreateInstance(permits: 100, slice: 10)).ToArray();

        var granted = 0;
        for (var i = 0; i < 300; i++)
        {
            granted += (await instances[i % 5].AcquireAsync(Ada)).IsAcquired ? 1 : 0;
        }

        Assert.Equal(100, granted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Acquire_FromManyThreadsOnManyInstances_GrantsTheLimit_AndAtMostASliceForEachInstanceMore(int slice)
    {
        var instances = Enumerable.Range(0, 4).Select(_ => CreateInstance(permits: 1000, slice)).ToArray();
        var granted = 0;

        // More at once than there are threads, so that some wait for the lease of another.
        var options = new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, 4000, options, async (i, _) =>
        {
            if ((await instances[i % 4].AcquireAsync(Ada)).IsAcquired)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.InRange(granted, 1000, 1000 + (4 * slice));
    }

    [Fact]
    public async Task Acquire_AfterAnInstanceWasKilled_LosesNoMoreThanItsSlice()
    {
        var killed = CreateInstance(permits: 100, slice: 10);
        Assert.Equal(3, await CountGrantedAsync(killed, 3));

        Assert.Equal(90, await CountGrantedAsync(CreateInstance(permits: 100, slice: 10), 200));
    }

    [Fact]
    public async Task Acquire_OfAnotherCaller_IsIndependent()
    {
        var quota = CreateInstance(permits: 10, slice: 1);
        await CountGrantedAsync(quota, 11);

        Assert.Equal(9, (await quota.AcquireAsync("eve")).Remaining);
    }

    [Fact]
    public async Task Acquire_AfterTheWindow_FindsAFullBucket()
    {
        var quota = CreateInstance(permits: 10, slice: 1);
        await CountGrantedAsync(quota, 11);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(10, await CountGrantedAsync(quota, 11));
    }

    [Fact]
    public async Task Acquire_WhileASliceIsOnItsWay_GoesOnWithTheLocalShare_AndIsChargedLater()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        var first = quota.AcquireAsync(Ada).AsTask();

        Assert.Equal(10, await CountGrantedAsync(quota, 10));
        var beyondTheShare = quota.AcquireAsync(Ada).AsTask();
        Assert.False(first.IsCompleted || beyondTheShare.IsCompleted);
        gate.SetResult();

        Assert.True((await first).IsAcquired);
        Assert.True((await beyondTheShare).IsAcquired);
        Assert.Equal(100 - 12, await CountGrantedAsync(quota, 200));
    }

    [Fact]
    public async Task Acquire_WithoutTheStore_GetsTheLocalShareInEachWindow()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        _store.IsAway = true;

        Assert.Equal("\"hourly\";r=9;t=3276", (await quota.AcquireAsync(Ada)).RateLimitField);
        Assert.Equal(9, await CountGrantedAsync(quota, 200));
        Assert.Equal(QuotaLender.RetryAfterFailure, (await quota.AcquireAsync(Ada)).RetryAfter);
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, await CountGrantedAsync(quota, 200));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, await CountGrantedAsync(quota, 200));
    }

    [Fact]
    public async Task Acquire_WithoutTheStore_AsksItOnceInFiveSeconds_ForAllCallers()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        _store.IsAway = true;
        for (var caller = 0; caller < 50; caller++)
        {
            Assert.True((await quota.AcquireAsync($"caller {caller}")).IsAcquired);
        }

        Assert.Equal(1, _store.Requests);
        _time.Advance(QuotaLender.RetryAfterFailure);
        await quota.AcquireAsync(Ada);
        Assert.Equal(2, _store.Requests);
        Assert.Equal(2, _logger.Collector.Count);
        Assert.Equal(1700, _logger.LatestRecord.Id.Id);
    }

    [Fact]
    public async Task Acquire_WithAHangingStore_GoesOnAfterTheTimeLimit()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        _store.Gate = new TaskCompletionSource().Task;
        var first = quota.AcquireAsync(Ada).AsTask();
        Assert.False(first.IsCompleted);

        _time.Advance(QuotaLender.TimeLimit);

        Assert.True((await first).IsAcquired);
        Assert.Equal(9, await CountGrantedAsync(quota, 200));
    }

    [Fact]
    public async Task Acquire_WhenTheStoreIsBack_ChargesWhatTheLocalShareGave()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        _store.IsAway = true;
        Assert.Equal(10, await CountGrantedAsync(quota, 200));
        _store.IsAway = false;
        _time.Advance(QuotaLender.RetryAfterFailure);

        Assert.Equal(90, await CountGrantedAsync(quota, 200));
    }

    [Fact]
    public async Task Acquire_OverManyOutages_NeverGrantsMoreThanASliceBeyondTheLimit()
    {
        var quota = CreateInstance(permits: 100, slice: 10);
        var granted = 0;
        for (var outage = 0; outage < 20; outage++)
        {
            _store.IsAway = true;
            granted += await CountGrantedAsync(quota, 200);
            _store.IsAway = false;
            _time.Advance(QuotaLender.RetryAfterFailure);
            granted += await CountGrantedAsync(quota, 200);
        }

        // The outages last 100 s, in which two permits come back to the bucket.
        Assert.InRange(granted, 100, 100 + 2 + 10);
    }

    [Fact]
    public async Task Acquire_AfterTenMinutes_CleansUp_Once()
    {
        var quota = CreateInstance(permits: 100, slice: 1);
        await CountGrantedAsync(quota, 3);
        Assert.Empty(_store.CleanUps);
        _time.Advance(TimeSpan.FromMinutes(10));

        await CountGrantedAsync(quota, 3);

        Assert.Equal([_time.GetUtcNow()], _store.CleanUps);
    }

    private static async Task<int> CountGrantedAsync(SharedQuota quota, int requests)
    {
        var granted = 0;
        for (var i = 0; i < requests; i++)
        {
            granted += (await quota.AcquireAsync(Ada)).IsAcquired ? 1 : 0;
        }

        return granted;
    }

    private SharedQuota CreateInstance(int permits, int slice) =>
        new(new QuotaPolicy("hourly", permits, TimeSpan.FromHours(1)), slice, callers: 1024, new QuotaLender(_store, _time, _logger), _time);
}
