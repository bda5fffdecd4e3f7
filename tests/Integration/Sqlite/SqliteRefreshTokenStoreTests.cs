using Gatehouse.Local.Sqlite;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteRefreshTokenStoreTests : RefreshTokenStoreContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteRefreshTokenStoreTests()
    {
        _database = _file.Open();
        Store = new SqliteRefreshTokenStore(_database);
    }

    private protected override IRefreshTokenStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }
}
