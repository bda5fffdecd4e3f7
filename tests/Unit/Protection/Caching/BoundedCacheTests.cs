using Gatehouse.Protection.Caching;

namespace Gatehouse.Tests.Unit.Protection.Caching;

public sealed class BoundedCacheTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Set_AMillionKeys_HoldsNoMoreThanItsBound(int capacity)
    {
        var cache = new BoundedCache<int, int>(capacity);
        for (var key = 0; key < 1_000_000; key++)
        {
            cache.Set(key, key);
        }

        Assert.InRange(cache.Count, 0, capacity + 1);
    }

    [Fact]
    public void Get_RecentlyUsedKeys_AreKept_AndOthersForgotten()
    {
        var cache = new BoundedCache<int, string>(100);
        cache.Set(-1, "used");
        cache.Set(-2, "unused");
        for (var key = 0; key < 1000; key++)
        {
            cache.Set(key, "new");
            Assert.True(cache.TryGet(-1, out var value));
            Assert.Equal("used", value);
        }

        Assert.False(cache.TryGet(-2, out _));
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        var cache = new BoundedCache<int, string>(10);
        cache.Set(1, "a");
        cache.Clear();

        Assert.False(cache.TryGet(1, out _));
    }

    [Fact]
    public void SetAndGet_FromManyThreads_StayWithinTheBound()
    {
        var cache = new BoundedCache<int, int>(1000);

        Parallel.For(0, 200_000, number =>
        {
            cache.Set(number % 5000, number);
            cache.TryGet((number * 7) % 5000, out _);
        });

        // A writer that chose its generation before the turnover may still add to the old one.
        Assert.InRange(cache.Count, 1, 1000 + (2 * Environment.ProcessorCount) + 64);
    }
}
