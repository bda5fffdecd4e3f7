using Gatehouse.Local.Sqlite;
using Gatehouse.RateLimits;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteQuotaStoreTests : QuotaStoreContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteQuotaStoreTests()
    {
        _database = _file.Open();
        Store = new SqliteQuotaStore(_database);
    }

    private protected override IQuotaStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }
}
