using Gatehouse.Local.Sqlite;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteUserListingTests : UserListingContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteUserListingTests()
    {
        _database = _file.Open();
        Store = new SqliteUserStore(_database, TimeProvider.System);
    }

    private protected override IUserStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }
}
