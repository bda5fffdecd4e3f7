using Gatehouse.Protection.Http;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Whether the database can be read, and is still where it was opened.</summary>
internal sealed class SqliteReadinessCheck(SqliteDatabase database) : IReadinessCheck
{
    public string Name => "storage";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        // A file that was deleted stays readable for those who have it open, until they close it.
        if (!File.Exists(database.Path))
        {
            return "The database file is gone.";
        }

        try
        {
            using var command = new SqliteCommand("SELECT count(*) FROM sqlite_schema");
            _ = await database.QueryAsync(command, static row => row.GetInt64(0), cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or SqliteException)
        {
            return "The database can't be read.";
        }
    }
}
