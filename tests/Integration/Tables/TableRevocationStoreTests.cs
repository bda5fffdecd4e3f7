using Gatehouse.Revocation;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableRevocationStoreTests : RevocationStoreContract, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private TableRevocationStore _store = null!;

    private protected override IRevocationStore Store => _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = new TableRevocationStore((await Azurite.GetAsync()).CreateTable(), _time);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Read_InterruptedBetweenPages_TheNextSeesEntriesAddedMeanwhile()
    {
        await AppendManyAsync(Table.MaxPageSize + 1, Samples.Now.AddSeconds(-30));
        var first = await _store.ReadAsync(null, Cancellation);
        Assert.True(first.HasMore);

        // Behind the page that was read, in the time of a slow write; and then a long pause in which others revoke more.
        await _store.AppendAsync(Entry("late", Samples.Now.AddSeconds(-30)), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(5));
        await _store.AppendAsync(Entry("new", _time.GetUtcNow()), Cancellation);
        var second = await _store.ReadAsync(first.Cursor, Cancellation);
        Assert.False(second.HasMore);

        Assert.Contains((await _store.ReadAsync(second.Cursor, Cancellation)).Entries, static entry => entry.Id == "late");
    }

    private async Task AppendManyAsync(int count, DateTimeOffset time) =>
        await Parallel.ForAsync(0, count, Cancellation, async (number, cancellationToken) =>
            await _store.AppendAsync(Entry($"{number}", time.AddMilliseconds(10 + number)), cancellationToken));

    private static RevocationEntry Entry(string id, DateTimeOffset revokedAt) =>
        new(RevocationKind.Session, id, revokedAt, revokedAt.AddMinutes(11));
}
