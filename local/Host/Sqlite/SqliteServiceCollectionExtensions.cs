using Gatehouse.Authentication;
using Gatehouse.Operations;
using Gatehouse.Products;
using Gatehouse.Tokens;

namespace Gatehouse.Local.Sqlite;

internal static class SqliteServiceCollectionExtensions
{
    /// <summary>The stores in one SQLite file, which is opened at once: a file that can't be used stops the start.</summary>
    /// <exception cref="DatabaseUnusableException">The file can't be used.</exception>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string path)
    {
        var database = SqliteDatabase.Open(path);

        // By a factory, so that the container disposes it.
        services.AddSingleton(_ => database);
        services.AddSingleton<IUserStore, SqliteUserStore>();
        services.AddSingleton<IRefreshTokenStore, SqliteRefreshTokenStore>();
        services.AddSingleton<IProductStore, SqliteProductStore>();
        services.AddSingleton<IReadinessCheck, SqliteReadinessCheck>();
        return services;
    }
}
