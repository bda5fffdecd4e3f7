using Gatehouse.Revocation;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IRevocationStore"/> must do.</summary>
public abstract class RevocationStoreContract
{
    private protected abstract IRevocationStore Store { get; }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_EmptyFeed_HasACursorToGoOnFrom()
    {
        var empty = await Store.ReadAsync(null, Cancellation);
        await Store.AppendAsync(Entry("a"), Cancellation);
        var page = await Store.ReadAsync(empty.Cursor, Cancellation);

        Assert.Empty(empty.Entries);
        Assert.False(empty.HasMore);
        Assert.Equal("a", Assert.Single(page.Entries).Id);
    }

    [Fact]
    public async Task Append_EveryField_ComesBack()
    {
        foreach (var kind in Enum.GetValues<RevocationKind>())
        {
            await Store.AppendAsync(Entry(kind.ToString(), kind), Cancellation);
        }

        var entries = (await Store.ReadAsync(null, Cancellation)).Entries;
        Assert.Equal(Enum.GetValues<RevocationKind>().Select(static kind => Entry(kind.ToString(), kind)), entries.OrderBy(static entry => entry.Kind));
    }

    [Theory]
    [MemberData(nameof(Samples.Texts), MemberType = typeof(Samples))]
    public async Task Append_AwkwardTexts_ComeBack(string text)
    {
        await Store.AppendAsync(Entry(text), Cancellation);

        Assert.Equal(Entry(text), Assert.Single((await Store.ReadAsync(null, Cancellation)).Entries));
    }

    [Fact]
    public async Task Read_PageByPage_SeesEveryEntryOfManyWriters()
    {
        const int Count = 1200;
        await Parallel.ForAsync(0, Count, Cancellation, async (number, cancellationToken) => await Store.AppendAsync(Entry($"{number}"), cancellationToken));

        var (ids, cursor) = await ReadToTheEndAsync(null);

        Assert.Equal(Count, ids.Distinct().Count());
        Assert.DoesNotContain((await ReadToTheEndAsync(cursor)).Ids, id => !ids.Contains(id));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1200)]
    public async Task Read_AfterMoreThanAPageInAMoment_StillSeesAnEntryThatArrivesLate(int count)
    {
        await Parallel.ForAsync(0, count, Cancellation, async (number, cancellationToken) =>
            await Store.AppendAsync(Entry($"{number}") with { RevokedAt = Samples.Now.AddMilliseconds(number) }, cancellationToken));
        var (_, cursor) = await ReadToTheEndAsync(null);

        // Of a writer that was slow, or whose clock is behind.
        await Store.AppendAsync(Entry("late") with { RevokedAt = Samples.Now.AddSeconds(-5) }, Cancellation);

        Assert.Contains("late", (await ReadToTheEndAsync(cursor)).Ids);
    }

    [Fact]
    public async Task Read_WhileOthersWrite_MissesNothing()
    {
        const int Count = 300;
        var seen = new HashSet<string>();
        string? cursor = null;
        var writing = Parallel.ForAsync(0, Count, Cancellation, async (number, cancellationToken) => await Store.AppendAsync(Entry($"{number}"), cancellationToken));
        do
        {
            var page = await Store.ReadAsync(cursor, Cancellation);
            seen.UnionWith(page.Entries.Select(static entry => entry.Id));
            cursor = page.Cursor;
        }
        while (!writing.IsCompleted);

        await writing;
        seen.UnionWith((await ReadToTheEndAsync(cursor)).Ids);
        Assert.Equal(Count, seen.Count);
    }

    private protected async Task<(IReadOnlyList<string> Ids, string Cursor)> ReadToTheEndAsync(string? cursor)
    {
        var ids = new List<string>();
        RevocationPage page;
        do
        {
            page = await Store.ReadAsync(cursor, Cancellation);
            ids.AddRange(page.Entries.Select(static entry => entry.Id));
            cursor = page.Cursor;
        }
        while (page.HasMore);

        return (ids, cursor);
    }

    private protected static RevocationEntry Entry(string id, RevocationKind kind = RevocationKind.Session) =>
        new(kind, id, Samples.Now, Samples.Now.AddMinutes(11));
}
