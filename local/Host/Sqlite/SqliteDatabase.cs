using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>
/// One SQLite file. Readers never wait (write-ahead log); writers take turns, and what was answered with success is on
/// the disk (synchronous = FULL).
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    // How long a writer waits for another process's.
    private const int BusySeconds = 5;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer = new(1, 1);

    private SqliteDatabase(string path)
    {
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            Pooling = true,
            DefaultTimeout = BusySeconds,
        }.ToString();
    }

    /// <summary>Opens the file, making it if it is not there, and brings its schema up to date.</summary>
    /// <exception cref="DatabaseUnusableException">The file can't be opened, is damaged, or was written by a newer version.</exception>
    public static SqliteDatabase Open(string path)
    {
        var database = new SqliteDatabase(path);
        try
        {
            using var connection = database.Connect();
            SqliteSchema.Update(connection, path);
            return database;
        }
        catch (SqliteException exception)
        {
            throw new DatabaseUnusableException(
                $"The database {path} can't be used: {exception.Message} Restore it from a backup, or remove it to begin anew.",
                exception);
        }
    }

    /// <summary>Reads. It takes microseconds, so it runs on the caller's thread.</summary>
    /// <exception cref="StorageUnavailableException">The file can't be read right now.</exception>
    public T Read<T>(string operation, Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = Connect();
            return read(connection);
        }
        catch (SqliteException exception)
        {
            throw Explain(operation, exception);
        }
    }

    /// <summary>Writes, one after the other. Waiting for a turn holds no thread; waiting for the disk holds one.</summary>
    /// <exception cref="StorageUnavailableException">The file can't be written right now, and was not.</exception>
    public async Task<T> WriteAsync<T>(string operation, Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () =>
                {
                    using var connection = Connect();
                    return write(connection);
                },
                CancellationToken.None);
        }
        catch (SqliteException exception)
        {
            throw Explain(operation, exception);
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }

    private static StorageUnavailableException Explain(string operation, SqliteException exception) =>
        new($"SQLite can't {operation} (error {exception.SqliteErrorCode}).", exception);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL";
        command.ExecuteNonQuery();
        return connection;
    }
}
