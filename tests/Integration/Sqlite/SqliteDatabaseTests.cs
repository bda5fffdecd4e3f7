using Gatehouse.Local.Sqlite;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Tests.Integration.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly DatabaseFile _file = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_AfterClosing_HasWhatWasStored()
    {
        var product = await _file.AddProductAsync(Cancellation);

        using var database = _file.Open();

        Assert.Equal(SqliteSchema.CurrentVersion, database.OpenedVersion);
        Assert.Equal(product, await new SqliteProductStore(database).FindAsync(product.Id, Cancellation));
    }

    [Fact]
    public void Open_NewFile_IsReadableForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        using var database = SqliteDatabase.Open(Path.Combine(_file.Folder, "new", "gatehouse.db"));

        Assert.Equal(0, database.OpenedVersion);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(database.Path)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Dispose_LeavesOneFile()
    {
        _file.Open().Dispose();

        Assert.Equal([_file.Path], Directory.EnumerateFiles(_file.Folder));
    }

    [Fact]
    public async Task Replace_TwoProgramsOverOneFile_ExactlyOneWins()
    {
        using var first = _file.Open();
        using var second = _file.Open();
        SqliteProductStore[] stores = [new(first), new(second)];
        var added = await stores[0].AddAsync(Samples.Product(), Cancellation);

        var replaced = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(() => stores[i % 2].TryReplaceAsync(added with { Name = $"writer {i}" }, Cancellation))));

        var winner = Assert.Single(replaced, static product => product is not null);
        Assert.Equal(winner, await stores[0].FindAsync(added.Id, Cancellation));
        Assert.Equal(winner, await stores[1].FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Open_TwoProgramsAtOnceOverANewFile_BothSucceed()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _file.Open())));

        Assert.Single(databases, static database => database.OpenedVersion == 0);
        foreach (var database in databases)
        {
            database.Dispose();
        }
    }

    [Fact]
    public async Task Query_WhileAnotherProgramWrites_SeesWhatWasCommitted()
    {
        using var database = _file.Open();
        var store = new SqliteProductStore(database);
        var product = await store.AddAsync(Samples.Product(), Cancellation);
        using var writer = _file.Connect();
        using var transaction = writer.BeginTransaction(deferred: false);
        using var command = writer.CreateCommand();
        command.CommandText = "DELETE FROM products";
        command.ExecuteNonQuery();

        Assert.Equal(product, await store.FindAsync(product.Id, Cancellation));
    }

    [Fact]
    public async Task Execute_BrokenConstraint_IsNotUnavailableStorage()
    {
        using var database = _file.Open();

        await Assert.ThrowsAsync<SqliteException>(() => database.ExecuteAsync("INSERT INTO clients (id) VALUES ('without content')", [], Cancellation));
    }

    [Fact]
    public async Task Query_FileGone_IsUnavailableAndNotReady()
    {
        using var database = _file.Open();
        var check = new SqliteHealthCheck(database);
        File.Delete(_file.Path);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => new SqliteProductStore(database).FindAsync("id", Cancellation));
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status);
    }

    [Fact]
    public async Task Readiness_OpenDatabase_IsReady()
    {
        using var database = _file.Open();

        Assert.Equal(HealthStatus.Healthy, (await new SqliteHealthCheck(database).CheckHealthAsync(new HealthCheckContext(), Cancellation)).Status);
    }

    public void Dispose() => _file.Dispose();
}
