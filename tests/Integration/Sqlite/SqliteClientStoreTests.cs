using Gatehouse.Local.Sqlite;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens.Clients;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteClientStoreTests : ClientStoreContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteClientStoreTests()
    {
        _database = _file.Open();
        Store = new SqliteClientStore(_database);
    }

    private protected override IClientStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }
}
