using Gatehouse.RateLimits;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IQuotaStore"/> must do.</summary>
public abstract class QuotaStoreContract
{
    private protected abstract IQuotaStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_UnknownKey_IsNull()
    {
        Assert.Null(await Store.FindAsync("hourly/ada", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Samples.Texts), MemberType = typeof(Samples))]
    public async Task Save_NewKey_IsFoundWithItsVersion(string key)
    {
        var saved = await Store.TrySaveAsync(Record(key), Cancellation);

        Assert.NotNull(saved?.Version);
        Assert.Equal(Record(key) with { Version = saved.Version }, saved);
        Assert.Equal(saved, await Store.FindAsync(key, Cancellation));
        Assert.Null(await Store.FindAsync(key + "2", Cancellation));
    }

    [Fact]
    public async Task Save_NewKeyTwice_KeepsTheFirst()
    {
        var saved = await Store.TrySaveAsync(Record(), Cancellation);

        Assert.Null(await Store.TrySaveAsync(Record() with { PaidAt = Samples.Now.AddMinutes(9) }, Cancellation));
        Assert.Equal(saved, await Store.FindAsync(Record().Key, Cancellation));
    }

    [Fact]
    public async Task Save_WithTheLatestVersion_Replaces()
    {
        var first = (await Store.TrySaveAsync(Record(), Cancellation))!;

        var second = await Store.TrySaveAsync(first with { PaidAt = Samples.Now.AddMinutes(9) }, Cancellation);

        Assert.Equal(second, await Store.FindAsync(first.Key, Cancellation));
        Assert.Equal(Samples.Now.AddMinutes(9), second!.PaidAt);
        Assert.NotEqual(first.Version, second.Version);
        Assert.Null(await Store.TrySaveAsync(first with { PaidAt = Samples.Now.AddMinutes(7) }, Cancellation));
    }

    [Fact]
    public async Task Save_ByManyAtOnce_ExactlyOneWins()
    {
        var first = (await Store.TrySaveAsync(Record(), Cancellation))!;

        var saved = await Task.WhenAll(Enumerable.Range(1, 8).Select(minutes => Store.TrySaveAsync(first with { PaidAt = Samples.Now.AddMinutes(minutes) }, Cancellation)));

        Assert.Equal(Assert.Single(saved, static record => record is not null), await Store.FindAsync(first.Key, Cancellation));
    }

    [Fact]
    public async Task Save_OfARemovedRecord_IsRefused()
    {
        var saved = (await Store.TrySaveAsync(Record(), Cancellation))!;
        Assert.Equal(1, await Store.RemoveExpiredAsync(Samples.Now.AddDays(3), 10, Cancellation));

        Assert.Null(await Store.TrySaveAsync(saved, Cancellation));
        Assert.Null(await Store.FindAsync(saved.Key, Cancellation));
    }

    [Fact]
    public async Task RemoveExpired_RemovesFullBuckets_AndNoMoreThanItsLimit()
    {
        for (var number = 0; number < 5; number++)
        {
            await Store.TrySaveAsync(Record($"hourly/{number}"), Cancellation);
        }

        Assert.Equal(0, await Store.RemoveExpiredAsync(Samples.Now, 10, Cancellation));
        Assert.Equal(3, await Store.RemoveExpiredAsync(Samples.Now.AddDays(3), 3, Cancellation));
        Assert.Equal(2, await Store.RemoveExpiredAsync(Samples.Now.AddDays(3), 3, Cancellation));
        Assert.Null(await Store.FindAsync("hourly/0", Cancellation));
    }

    private static QuotaRecord Record(string key = "hourly/ada") => new(key, Samples.Now.AddMinutes(5));
}
