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
}
