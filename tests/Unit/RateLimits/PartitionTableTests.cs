using Gatehouse.RateLimits;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class PartitionTableTests
{
    private const ulong Spread = 0x9E3779B97F4A7C15;

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(65_536, 65_536)]
    public void Capacity_IsRoundedUpToAPowerOfTwo(int requested, int expected)
    {
        Assert.Equal(expected, new PartitionTable(requested).Capacity);
    }

    [Fact]
    public void Advance_MovesAPartitionForward_UntilItsEnd()
    {
        var table = new PartitionTable(64);

        Assert.Equal(110, table.Advance(1, now: 100, step: 10, end: 120));
        Assert.Equal(120, table.Advance(1, now: 100, step: 10, end: 120));
        Assert.Equal(130, table.Advance(1, now: 100, step: 10, end: 120));
        Assert.Equal(130, table.Advance(1, now: 100, step: 10, end: 120));
        Assert.Equal(110, table.Advance(2, now: 100, step: 10, end: 120));
    }

    [Fact]
    public void Advance_FromAPastTime_StartsNow()
    {
        var table = new PartitionTable(64);
        table.Advance(1, now: 100, step: 10, end: 1000);

        Assert.Equal(510, table.Advance(1, now: 500, step: 10, end: 1000));
    }

    [Fact]
    public void Advance_InAFullRow_LetsANewcomerTakeTheSmallestDebt()
    {
        var table = new PartitionTable(8);
        for (var partition = 1; partition <= 8; partition++)
        {
            table.Advance((ulong)partition, now: 0, step: partition * 10, end: 1000);
        }

        // The first partition's 10 plus its own 5. Then the first one returns and takes the smallest, which is the newcomer's.
        Assert.Equal(15, table.Advance(9, now: 0, step: 5, end: 1000));
        Assert.Equal(20, table.Advance(1, now: 0, step: 5, end: 1000));
        Assert.Equal(25, table.Advance(2, now: 0, step: 5, end: 1000));
    }

    /// <summary>The invariant of rate limits, over many histories: no partition gains from what the table has forgotten.</summary>
    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 200)]
    [InlineData(3, 2000)]
    public void Advance_AfterAnyHistory_NoPartitionHasLessDebtThanItMade(int seed, int partitions)
    {
        const long Step = 10;
        const long Window = 100;
        var random = new Random(seed);
        var table = new PartitionTable(64);
        var exact = new Dictionary<ulong, long>();
        var now = 1000L;
        for (var i = 0; i < 100_000; i++)
        {
            now += random.Next(3);

            // Some partitions call far more often than others, as attackers do.
            var partition = Spread * (ulong)(random.Next(4) == 0 ? random.Next(3) : random.Next(partitions));
            var made = Math.Max(exact.GetValueOrDefault(partition), now) + Step;

            var reached = table.Advance(partition, now, Step, now + Window);

            Assert.True(reached >= made, $"Call {i}: {reached} is before {made}.");
            if (reached <= now + Window)
            {
                exact[partition] = made;
            }
        }
    }
}
