using Gatehouse.RateLimits;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableQuotaStoreTests : QuotaStoreContract, IAsyncLifetime
{
    private static readonly QuotaRecord Bucket = new("daily/ada", Samples.Now.AddHours(20));

    private readonly FakeTimeProvider _time = new(Samples.Now);
    private TableQuotaStore _store = null!;

    private protected override IQuotaStore Store => _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = new TableQuotaStore((await Azurite.GetAsync()).CreateTable(_time), _time);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Find_OnTheNextDay_CarriesTheBucketOver()
    {
        var saved = (await _store.TrySaveAsync(Bucket, Cancellation))!;
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await _store.TrySaveAsync(saved, Cancellation));
        var found = (await _store.FindAsync(Bucket.Key, Cancellation))!;
        Assert.Equal(Bucket, found);
        var carried = await _store.TrySaveAsync(found with { PaidAt = Samples.Now.AddHours(30) }, Cancellation);

        Assert.Equal(carried, await _store.FindAsync(Bucket.Key, Cancellation));
    }

    [Fact]
    public async Task RemoveExpired_OnTheNextDay_KeepsTheBucket()
    {
        await _store.TrySaveAsync(Bucket, Cancellation);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, await _store.RemoveExpiredAsync(_time.GetUtcNow(), 10, Cancellation));
        Assert.NotNull(await _store.FindAsync(Bucket.Key, Cancellation));
    }
}
