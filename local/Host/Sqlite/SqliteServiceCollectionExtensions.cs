using Gatehouse.Products;
using Gatehouse.Protection.Telemetry;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;

namespace Gatehouse.Local.Sqlite;

internal static class SqliteServiceCollectionExtensions
{
    /// <summary>Keeps users, clients, sessions, revocations, products and shared rate limits in one SQLite file on this machine.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="databasePath">The file. The start of the host creates it and its folder, unless they exist.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string databasePath)
    {
        services.AddSingleton(provider => SqliteDatabase.Open(databasePath, new DependencyMeter(DependencyNames.Storage, provider.GetRequiredService<ProtectionMetrics>())));
        services.AddHostedService<SqliteStart>();
        services.AddSingleton<IUserStore, SqliteUserStore>();
        services.AddSingleton<IRefreshTokenStore, SqliteRefreshTokenStore>();
        services.AddSingleton<IRevocationStore, SqliteRevocationStore>();
        services.AddSingleton<IClientStore, SqliteClientStore>();
        services.AddSingleton<IProductStore, SqliteProductStore>();
        services.AddSingleton<IQuotaStore, SqliteQuotaStore>();
        services.AddHealthChecks().AddCheck<SqliteHealthCheck>("storage");
        return services;
    }
}

/// <summary>Opens the database when the host starts, and not at the first request, so that an unusable file stops the start.</summary>
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

internal static partial class Log
{
    [LoggerMessage(EventId = 2100, Level = LogLevel.Information, Message = "Updated the database {Path} from schema version {From} to {To}.")]
    public static partial void DatabaseMigrated(this ILogger logger, string path, int from, int to);
}
