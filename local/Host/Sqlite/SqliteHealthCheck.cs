using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Local.Sqlite;

/// <summary>Healthy when the database can be read, and is still where it was opened.</summary>
internal sealed class SqliteHealthCheck(SqliteDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // A process that has a file open can read it after it was deleted.
        if (!File.Exists(database.Path))
        {
            return HealthCheckResult.Unhealthy("The database file is gone.");
        }

        try
        {
            _ = await database.QueryAsync("SELECT count(*) FROM sqlite_schema", [], static row => row.GetInt64(0), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is StorageUnavailableException or SqliteException)
        {
            return HealthCheckResult.Unhealthy("The database can't be read.");
        }
    }
}
