using Gatehouse.Protection.Http;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Whether the database can be read and still exists.</summary>
internal sealed class SqliteReadinessCheck(SqliteDatabase database) : IReadinessCheck
{
    public string Name => "storage";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        // On Unix a deleted file stays readable through the connections that have it open.
        if (!File.Exists(database.Path))
        {
            return "The database file is gone.";
        }

        try
        {
            _ = await database.QueryAsync("SELECT count(*) FROM sqlite_schema", [], static row => row.GetInt64(0), cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or SqliteException)
        {
            return "The database can't be read.";
        }
    }
}
