using Gatehouse.Local.Sqlite;
using Gatehouse.Products;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteProductListingTests : ProductListingContract, IDisposable
{
    private readonly DatabaseFile _file = new();
    private readonly SqliteDatabase _database;

    public SqliteProductListingTests()
    {
        _database = _file.Open();
        Store = new SqliteProductStore(_database);
    }

    private protected override IProductStore Store { get; }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }
}
