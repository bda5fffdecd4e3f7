using Gatehouse.Local.Sqlite;
using Gatehouse.Revocation;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteRevocationStoreTests : RevocationStoreContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteRevocationStoreTests()
    {
        _database = _file.Open();
        Store = new SqliteRevocationStore(_database);
    }

    private protected override IRevocationStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task RemoveExpired_RemovesWhatHasEnded_AndNoMoreThanItsLimit()
    {
        for (var number = 0; number < 5; number++)
        {
            await Store.AppendAsync(Entry($"ended {number}") with { ExpiresAt = Samples.Now.AddSeconds(number) }, Cancellation);
        }

        await Store.AppendAsync(Entry("living"), Cancellation);

        Assert.Equal(3, await Store.RemoveExpiredAsync(Samples.Now.AddSeconds(10), 3, Cancellation));
        Assert.Equal(2, await Store.RemoveExpiredAsync(Samples.Now.AddSeconds(10), 3, Cancellation));
        Assert.Equal("living", Assert.Single((await Store.ReadAsync(null, Cancellation)).Entries).Id);
    }
}
