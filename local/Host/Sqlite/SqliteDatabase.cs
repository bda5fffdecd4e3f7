using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Local.Sqlite;

/// <summary>
/// The database file of one machine. Any number of readers work beside one writer (write-ahead log). A write that
/// succeeded is on the disk and survives a crash of the process and a loss of power.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    // How long a statement waits for another process, and a writer for earlier writers, before the request is answered with 503.
    private const int BusySeconds = 5;

    private readonly SqliteConnection _writer;
    private readonly string _readers;

    // SQLite has one writer at a time and works synchronously. A writer waits here without a thread; only the one whose turn
    // it is holds a thread, for as long as the disk takes. Inside SQLite each of them would hold one.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly DependencyMeter? _meter;

    private SqliteDatabase(string path, DependencyMeter? meter)
    {
        Path = path;
        _meter = meter;
        _readers = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, ForeignKeys = true, Mode = SqliteOpenMode.ReadOnly }.ConnectionString;
        (_writer, OpenedVersion) = SqliteFile.Open(path, BusySeconds);
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The schema version of the file before it was opened; 0 for a new one.</summary>
    public int OpenedVersion { get; }

    /// <summary>Opens the file, creates it if there is none, and updates its schema.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="meter">Measures the statements. Defaults to none.</param>
    /// <exception cref="DatabaseUnusableException">The file is damaged, not a database of Gatehouse, too new, or can't be read or written.</exception>
    public static SqliteDatabase Open(string path, DependencyMeter? meter = null) => new(System.IO.Path.GetFullPath(path), meter);

    /// <summary>Finds the only row of a query.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="parameters">Names and values, stored as <see cref="SqliteValues"/> says.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>Null if there is no row.</returns>
    /// <exception cref="StorageUnavailableException">The file is locked for too long, or can't be read.</exception>
    public async Task<T?> FindAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
        where T : class =>
        (await QueryAsync(sql, parameters, read, cancellationToken)).SingleOrDefault();

    /// <summary>Runs a query. It does not wait for writes.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="parameters">Names and values, stored as <see cref="SqliteValues"/> says.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Cancels the query between two rows.</param>
    /// <exception cref="StorageUnavailableException">The file is locked for too long, or can't be read.</exception>
    public Task<List<T>> QueryAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken) =>
        MeasureAsync(sql, () => ReadAsync(sql, parameters, read, cancellationToken));

    /// <summary>Runs one statement that writes, as a transaction of its own. When the task completes, the change is on the disk.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Names and values, stored as <see cref="SqliteValues"/> says.</param>
    /// <param name="cancellationToken">Cancels the wait for its turn, not the statement.</param>
    /// <returns>How many rows it wrote.</returns>
    /// <exception cref="StorageUnavailableException">Its turn did not come, the file is locked for too long, or the disk is full or failing.</exception>
    public Task<int> ExecuteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        MeasureAsync(sql, () => WriteAsync(sql, parameters, cancellationToken));

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

    private static SqliteCommand CreateCommand(string sql, (string Name, object? Value)[] parameters, SqliteConnection connection)
    {
        var command = new SqliteCommand(sql, connection);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, SqliteValues.Store(value)));
        }

        return command;
    }

    private static bool IsUnavailable(SqliteException exception) => exception.SqliteErrorCode
        is raw.SQLITE_BUSY
        or raw.SQLITE_LOCKED
        or raw.SQLITE_NOMEM
        or raw.SQLITE_READONLY
        or raw.SQLITE_IOERR
        or raw.SQLITE_FULL
        or raw.SQLITE_CANTOPEN
        or raw.SQLITE_PROTOCOL;

    private Task<T> MeasureAsync<T>(string sql, Func<Task<T>> run) => _meter is null ? run() : _meter.MeasureAsync(SqlOperation.Of(sql), run);

    private async Task<List<T>> ReadAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(_readers);
            await connection.OpenAsync(cancellationToken);
            await using var command = CreateCommand(sql, parameters, connection);
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

    private async Task<int> WriteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.FromSeconds(BusySeconds), cancellationToken))
        {
            throw new StorageUnavailableException("A write to the SQLite database waited too long for earlier writes.", new TimeoutException());
        }

        try
        {
            // Not RETURNING: ExecuteNonQuery steps to the end of the statement, so an error of the commit itself is seen.
            await using var command = CreateCommand(sql, parameters, _writer);
            return await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (SqliteException exception) when (IsUnavailable(exception))
        {
            throw new StorageUnavailableException("A write to the SQLite database failed.", exception);
        }
        finally
        {
            _ = _turn.Release();
        }
    }
}

/// <summary>Names a statement for metrics and traces by its verb and its table, such as <c>SELECT users</c>.</summary>
internal static partial class SqlOperation
{
    // Values are parameters, so there are only a few dozen statements.
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    public static string Of(string sql) => Names.GetOrAdd(sql, static sql => VerbAndTable().Match(sql) is { Success: true } match
        ? $"{match.Groups["verb"].Value.ToUpperInvariant()} {match.Groups["table"].Value}"
        : "other");

    [GeneratedRegex(@"^\s*(?<verb>SELECT|INSERT|UPDATE|DELETE)\b(?:.*?\b(?:FROM|INTO)|)\s+(?<table>\w+)", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex VerbAndTable();
}
