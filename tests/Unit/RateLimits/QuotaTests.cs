using Gatehouse.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class QuotaTests
{
    private const ulong Ada = 0x0123456789ABCDEF;
    private const ulong Eve = 0xFEDCBA9876543210;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Acquire_FromAFullBucket_GrantsItsPermits_AndNoMore()
    {
        var quota = Create(permits: 10);

        for (var left = 9; left >= 0; left--)
        {
            var lease = quota.Acquire(Ada);
            Assert.True(lease.IsAcquired);
            Assert.Equal(left, lease.Remaining);
            Assert.Equal(TimeSpan.Zero, lease.RetryAfter);
        }

        var refusal = quota.Acquire(Ada);
        Assert.False(refusal.IsAcquired);
        Assert.Equal(0, refusal.Remaining);
        Assert.Equal(TimeSpan.FromSeconds(6), refusal.RetryAfter);
    }

    [Theory]
    [InlineData(10, 60)]
    [InlineData(7, 60)]
    [InlineData(600, 60)]
    [InlineData(1, 1)]
    [InlineData(1_000_000, 1)]
    [InlineData(3, 86_400)]
    public void Acquire_AfterRetryAfter_GetsAPermit_AndNotBefore(int permits, int seconds)
    {
        var quota = Create(permits, seconds);
        Empty(quota, Ada);
        var retryAfter = quota.Acquire(Ada).RetryAfter;
        Assert.InRange(retryAfter, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(seconds) / permits + TimeSpan.FromTicks(1));

        _time.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.False(quota.Acquire(Ada).IsAcquired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(quota.Acquire(Ada).IsAcquired);
        Assert.False(quota.Acquire(Ada).IsAcquired);
    }

    [Fact]
    public void Acquire_AfterTheWindow_FindsAFullBucket()
    {
        var quota = Create(permits: 10);
        Empty(quota, Ada);
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(9, quota.Acquire(Ada).Remaining);
    }

    [Fact]
    public void Acquire_Refused_CostsNoPermit()
    {
        var quota = Create(permits: 10);
        Empty(quota, Ada);
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(quota.Acquire(Ada).IsAcquired);
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(quota.Acquire(Ada).IsAcquired);
    }

    [Fact]
    public void Acquire_ForAnHour_GetsTheBucketAndItsRefill()
    {
        var quota = Create(permits: 10);
        var given = 0;
        for (var second = 0; second < 3600; second++)
        {
            given += quota.Acquire(Ada).IsAcquired ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10 + 599, given);
    }

    [Fact]
    public void Acquire_OfAnotherPartition_IsIndependent()
    {
        var quota = Create(permits: 10);
        Empty(quota, Ada);

        Assert.Equal(9, quota.Acquire(Eve).Remaining);
        Assert.False(quota.Acquire(Ada).IsAcquired);
    }

    [Fact]
    public void Acquire_FromManyThreads_GrantsEachPermitOnce()
    {
        var quota = Create(permits: 1000);
        var given = 0;

        Parallel.For(0, 10_000, _ =>
        {
            if (quota.Acquire(Ada).IsAcquired)
            {
                Interlocked.Increment(ref given);
            }
        });

        Assert.Equal(1000, given);
    }

    [Fact]
    public void Acquire_ForAMillionPartitions_AllocatesNothing()
    {
        var quota = Create(permits: 100, partitions: 65_536);
        var hash = new PartitionHash();
        quota.Acquire(Ada);
        Span<byte> address = stackalloc byte[sizeof(int)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            BitConverter.TryWriteBytes(address, i);
            quota.Acquire(hash.Of(address));
        }

        // Only one lease per number of remaining permits is allocated, and kept.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(65_536, quota.Capacity);
    }

    [Fact]
    public void Acquire_AfterAMillionOtherPartitions_RestoresNoPermits()
    {
        var quota = Create(permits: 10, partitions: 1024);
        var hash = new PartitionHash();
        Empty(quota, Ada);
        for (var i = 0; i < 1_000_000; i++)
        {
            quota.Acquire(hash.Of($"{i}"));
        }

        Assert.False(quota.Acquire(Ada).IsAcquired);
    }

    [Fact]
    public void Acquire_AmongOneTimeCallers_AdmitsNewcomers()
    {
        var quota = Create(permits: 10, partitions: 1024);
        var hash = new PartitionHash();

        // Ten times as many callers as places, slowly enough for the places to serve them.
        for (var i = 0; i < 10_240; i++)
        {
            Assert.True(quota.Acquire(hash.Of($"{i}")).IsAcquired);
            _time.Advance(TimeSpan.FromMilliseconds(12));
        }
    }

    [Theory]
    [InlineData(10, 60, 9, "\"authenticate\";r=9;t=6")]
    [InlineData(10, 60, 0, "\"authenticate\";r=0;t=60")]
    [InlineData(600, 60, 599, "\"authenticate\";r=599;t=1")]
    [InlineData(600, 60, 590, "\"authenticate\";r=590;t=1")]
    [InlineData(600, 60, 589, "\"authenticate\";r=589;t=2")]
    public void FormatRateLimit_HasTheRemainingPermits_AndTheTimeToAFullBucket(int permits, int seconds, int remaining, string expected)
    {
        var quota = Create(permits, seconds);

        Assert.Equal(expected, quota.Policy.FormatRateLimit(remaining));
        Assert.Equal($"\"authenticate\";q={permits};w={seconds}", quota.Policy.Field);
    }

    [Fact]
    public void CountRemaining_CostsNoPermit()
    {
        var quota = Create(permits: 10);
        quota.Acquire(Ada);

        Assert.Equal(9, quota.CountRemaining(Ada));
        Assert.Equal(9, quota.CountRemaining(Ada));
        Assert.Equal(10, quota.CountRemaining(Eve));
    }

    private static void Empty(Quota quota, ulong partition)
    {
        while (quota.Acquire(partition).IsAcquired)
        {
        }
    }

    private Quota Create(int permits, int seconds = 60, int partitions = 1024) =>
        new("authenticate", new RateLimitOptions { PermitLimit = permits, Window = TimeSpan.FromSeconds(seconds) }, partitions, _time);
}
