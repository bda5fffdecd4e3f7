using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Local.Sqlite;

/// <summary>The database file can't be used as it is. Thrown when it is opened, never later.</summary>
/// <param name="message">Which file, what is wrong with it, and what to do, in one line.</param>
/// <param name="innerException">The error of SQLite or the file system; null for a file that they accept.</param>
internal sealed class DatabaseUnusableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Opens the database file: creates it if there is none, checks it, and updates its schema.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>Opens the file for writing.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="busySeconds">How long a statement waits for the lock of another process.</param>
    /// <returns>The connection, and the schema version before the update; 0 for a new file.</returns>
    /// <exception cref="DatabaseUnusableException">The file is damaged, not a database of Gatehouse, too new, or can't be read or written.</exception>
    public static (SqliteConnection Writer, int OpenedVersion) Open(string path, int busySeconds)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = busySeconds,
            ForeignKeys = true,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        var writer = new SqliteConnection(settings.ConnectionString);
        try
        {
            CreatePrivate(path);
            writer.Open();
            return (writer, Prepare(writer, busySeconds));
        }
        catch (Exception exception)
        {
            writer.Dispose();
            if (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new DatabaseUnusableException(Explain(path, exception), exception);
            }

            throw;
        }
    }

    private static int Prepare(SqliteConnection writer, int busySeconds)
    {
        // synchronous=FULL: each commit waits until the log is on the disk. With the busy time-out SQLite itself waits for
        // another process, and notices sooner than the coarse retries of the ADO.NET provider.
        Execute($"PRAGMA busy_timeout = {busySeconds * 1000}; PRAGMA synchronous = FULL");

        // Refusing to start is better than writing into damaged pages. The check reads the file once: 60 ms for 100 000 products.
        using (var check = new SqliteCommand("PRAGMA quick_check(1)", writer))
        {
            if (check.ExecuteScalar() is not "ok")
            {
                throw new DatabaseUnusableException(ExplainDamage(writer.DataSource));
            }
        }

        var version = SqliteSchema.Migrate(writer);

        // The journal mode is written into the file, so it comes last: a database that is refused stays as it was.
        Execute("PRAGMA journal_mode = WAL");
        return version;

        void Execute(string sql)
        {
            using var command = new SqliteCommand(sql, writer);
            _ = command.ExecuteNonQuery();
        }
    }

    // SQLite would create a file that everybody can read, and it holds password hashes. The log beside it takes over its mode.
    private static void CreatePrivate(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerFolder);
            options.UnixCreateMode = OwnerFile;
        }

        new FileStream(path, options).Dispose();
    }

    private static string Explain(string path, Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
            ? ExplainDamage(path)
            : $"The database {path} can't be opened: {exception.Message.TrimEnd('.')}. Check that its disk has space and that this user may write to its folder.";

    private static string ExplainDamage(string path) =>
        $"The database {path} is damaged, or no database at all. Put a backup in its place, or use another data folder.";
}
