using Gatehouse.Protection.Telemetry;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Local.Sqlite;

/// <summary>
/// The database file of one machine. Any number of readers work beside one writer (write-ahead log). What a write has
/// answered with success is on the disk, whatever happens to the process or the power after that.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    // How long a statement waits for another process, and a writer for the ones before it, until it is answered with 503.
    private const int BusySeconds = 5;

    private readonly SqliteConnection _writer;
    private readonly string _readers;

    // SQLite has one writer at a time and works synchronously. Who waits here waits without a thread; only the one whose
    // turn it is holds one, for as long as the disk takes. Waiting inside SQLite would hold a thread each.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly DependencyMeter? _meter;

    private SqliteDatabase(string path, DependencyMeter? meter)
    {
        _meter = meter;
        Path = path;
        var settings = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, ForeignKeys = true };
        _readers = new SqliteConnectionStringBuilder(settings.ConnectionString) { Mode = SqliteOpenMode.ReadOnly }.ConnectionString;
        _writer = new SqliteConnection(new SqliteConnectionStringBuilder(settings.ConnectionString) { Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The schema version that the file had before it was opened; 0 for a new one.</summary>
    public int OpenedVersion { get; private set; }

    /// <summary>Opens the file, makes it if there is none, and brings its schema up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="meter">Measures the statements; null for nobody.</param>
    /// <exception cref="DatabaseUnusableException">The file is damaged, no database of ours, too new, or can't be read or written.</exception>
    public static SqliteDatabase Open(string path, DependencyMeter? meter = null)
    {
        var database = new SqliteDatabase(System.IO.Path.GetFullPath(path), meter);
        try
        {
            database.Open();
            return database;
        }
        catch (Exception exception)
        {
            database.Dispose();
            if (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new DatabaseUnusableException(Explain(database.Path, exception), exception);
            }

            throw;
        }
    }

    /// <summary>Runs a query beside whatever is being written.</summary>
    /// <param name="command">Without a connection.</param>
    /// <param name="read">Makes an item of a row.</param>
    /// <param name="cancellationToken">Ends it between two rows.</param>
    /// <exception cref="StorageUnavailableException">The file is locked for too long, or can't be read.</exception>
    public Task<List<T>> QueryAsync<T>(SqliteCommand command, Func<SqliteDataReader, T> read, CancellationToken cancellationToken) =>
        MeasureAsync(command, () => ReadAsync(command, read, cancellationToken));

    /// <summary>Runs one statement that writes; on return it is on the disk. Once its turn has come it is not cancelled.</summary>
    /// <param name="command">Without a connection. A single statement, and so a transaction of its own.</param>
    /// <param name="cancellationToken">Ends the waiting for its turn.</param>
    /// <returns>How many rows it wrote.</returns>
    /// <exception cref="StorageUnavailableException">Its turn did not come, the file is locked for too long, the disk is full or failing.</exception>
    public Task<int> ExecuteAsync(SqliteCommand command, CancellationToken cancellationToken) =>
        MeasureAsync(command, () => WriteAsync(command, cancellationToken));

    public void Dispose()
    {
        // Readers first: the last connection to close moves the write-ahead log into the file.
        using (var reader = new SqliteConnection(_readers))
        {
            SqliteConnection.ClearPool(reader);
        }

        _writer.Dispose();
        _turn.Dispose();
    }

    private static string Explain(string path, Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
            ? ExplainDamage(path)
            : $"The database {path} can't be opened: {exception.Message.TrimEnd('.')}. See that its folder has space and that this user may write there.";

    private static string ExplainDamage(string path) =>
        $"The database {path} is damaged, or no database at all. Put a backup in its place, or use another data folder.";

    private static bool IsUnavailable(SqliteException exception) => exception.SqliteErrorCode
        is raw.SQLITE_BUSY
        or raw.SQLITE_LOCKED
        or raw.SQLITE_NOMEM
        or raw.SQLITE_READONLY
        or raw.SQLITE_IOERR
        or raw.SQLITE_FULL
        or raw.SQLITE_CANTOPEN
        or raw.SQLITE_PROTOCOL;

    private Task<T> MeasureAsync<T>(SqliteCommand command, Func<Task<T>> run) =>
        _meter is null ? run() : _meter.MeasureAsync(SqlOperation.Of(command.CommandText), run);

    private async Task<List<T>> ReadAsync<T>(SqliteCommand command, Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(_readers);
            await connection.OpenAsync(cancellationToken);
            command.Connection = connection;
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var items = new List<T>();
            while (await rows.ReadAsync(cancellationToken))
            {
                items.Add(read(rows));
            }

            return items;
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            throw new StorageUnavailableException("A read from the SQLite database failed.", exception);
        }
    }

    private async Task<int> WriteAsync(SqliteCommand command, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.FromSeconds(BusySeconds), cancellationToken))
        {
            throw new StorageUnavailableException("A write to the SQLite database waited too long for those before it.", new TimeoutException());
        }

        try
        {
            // Not RETURNING: ExecuteNonQuery steps to the end of the statement, so an error of the commit itself is seen.
            command.Connection = _writer;
            return await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            throw new StorageUnavailableException("A write to the SQLite database failed.", exception);
        }
        finally
        {
            // A connection is for one thread at a time and keeps a list of its commands: the caller's disposing of the
            // command, which happens after the turn, must not touch it any more.
            command.Connection = null;
            _ = _turn.Release();
        }
    }

    private void Open()
    {
        PrivateFile.Create(Path);
        _writer.Open();

        // synchronous=FULL: each commit waits until the log is on the disk. The busy time-out lets SQLite itself wait for
        // another process, which notices sooner than the coarse retries of the ADO.NET provider.
        using var settings = new SqliteCommand($"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA synchronous = FULL", _writer);
        _ = settings.ExecuteNonQuery();

        // Better no start than a write into damaged pages. It reads the file once: 60 ms for 100 000 products.
        using var check = new SqliteCommand("PRAGMA quick_check(1)", _writer);
        if (check.ExecuteScalar() is not "ok")
        {
            throw new DatabaseUnusableException(ExplainDamage(Path));
        }

        OpenedVersion = SqliteSchema.Migrate(_writer);

        // The journal mode stays in the file, so it is set last: a database that is refused is left as it was.
        using var journal = new SqliteCommand("PRAGMA journal_mode = WAL", _writer);
        _ = journal.ExecuteNonQuery();
    }
}
