using Gatehouse.Local.Sqlite;
using Gatehouse.Products;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Tests.Integration.Sqlite;

/// <summary>The database file of one test, gone after it, and a way to it past the stores.</summary>
internal sealed class DatabaseFile : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public string Path => System.IO.Path.Combine(Folder, "gatehouse.db");

    public SqliteDatabase Open() => SqliteDatabase.Open(Path);

    /// <summary>Opens the database, adds a product and closes it again.</summary>
    public async Task<Product> AddProductAsync(CancellationToken cancellationToken)
    {
        using var database = Open();
        return await new SqliteProductStore(database).AddAsync(Samples.Product(), cancellationToken);
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public object? Execute(string sql)
    {
        using var connection = Connect();
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose() => _folder.Dispose();
}
