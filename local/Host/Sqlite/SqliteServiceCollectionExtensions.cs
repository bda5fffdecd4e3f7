using Gatehouse.Products;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Revocation;
using Gatehouse.Tokens;
using Gatehouse.Users;





namespace Gatehouse.Local.Sqlite;

internal static class SqliteServiceCollectionExtensions
{
    /// <summary>Keeps everything in one SQLite file on this machine.</summary>
    /// <param name="services">Where the stores are added.</param>
    /// <param name="databasePath">The file. It and its folder are made when the host starts, unless they are there.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string databasePath)
    {
        services.AddSingleton(provider => SqliteDatabase.Open(databasePath, new DependencyMeter(DependencyNames.Storage, provider.GetRequiredService<GatehouseMetrics>())));
        services.AddHostedService<SqliteStart>();
        services.AddSingleton<IUserStore, SqliteUserStore>();
        services.AddSingleton<IRefreshTokenStore, SqliteRefreshTokenStore>();
        services.AddSingleton<IRevocationStore, SqliteRevocationStore>();
        services.AddSingleton<IProductStore, SqliteProductStore>();
        services.AddSingleton<IReadinessCheck, SqliteReadinessCheck>();
        return services;
    }
}
