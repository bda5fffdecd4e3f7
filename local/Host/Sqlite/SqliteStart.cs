namespace Gatehouse.Local.Sqlite;

/// <summary>Has the database opened when the host starts and not at the first request, so that an unusable one stops the start.</summary>
internal sealed class SqliteStart(SqliteDatabase database, ILogger<SqliteStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.OpenedVersion < SqliteSchema.CurrentVersion)
        {
            logger.DatabaseMigrated(database.Path, database.OpenedVersion, SqliteSchema.CurrentVersion);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
