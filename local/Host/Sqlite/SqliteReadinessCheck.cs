using Gatehouse.Operations;
using Gatehouse.Storage;

namespace Gatehouse.Local.Sqlite;

/// <summary>Ready when the database answers.</summary>
internal sealed class SqliteReadinessCheck(SqliteDatabase database) : IReadinessCheck
{
    public string Name => "storage";

    public ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            database.Read("answer", static connection =>
            {
                using var command = connection.Prepare("SELECT count(*) FROM sqlite_schema");
                return command.ExecuteScalar();
            });
            return ValueTask.FromResult<string?>(null);
        }
        catch (StorageUnavailableException)
        {
            return ValueTask.FromResult<string?>("The database can't be read.");
        }
    }
}
