using Gatehouse.Authentication;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Users in SQLite.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    private const string Find =
        """
        SELECT key, name, id, password_hash, roles, is_enabled, created_at, version
        FROM users WHERE key = @key
        """;

    private const string Add =
        """
        INSERT INTO users (key, name, id, password_hash, roles, is_enabled, created_at, version)
        VALUES (@key, @name, @id, @password_hash, @roles, @is_enabled, @created_at, @version)
        ON CONFLICT (key) DO NOTHING
        """;

    private const string Replace =
        """
        UPDATE users
        SET name = @name, id = @id, password_hash = @password_hash, roles = @roles, is_enabled = @is_enabled,
            created_at = @created_at, version = @version
        WHERE key = @key AND version = @expected
        """;

    public async Task<User?> FindAsync(UserName name, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Find) { Parameters = { new("@key", name.Key) } };
        return (await database.QueryAsync(command, Read, cancellationToken)).SingleOrDefault();
    }

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) => WriteAsync(Add, user, cancellationToken);

    public Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken) => WriteAsync(Replace, user, cancellationToken);

    private static User Read(SqliteDataReader row) => new()
    {
        Name = new UserName(row.GetString(1), Key: row.GetString(0)),
        Id = row.GetString(2),
        PasswordHash = row.GetString(3),
        Roles = row.ReadTexts(4),
        IsEnabled = row.GetBoolean(5),
        CreatedAt = row.ReadTime(6),
        Version = row.GetString(7),
    };

    private async Task<User?> WriteAsync(string sql, User user, CancellationToken cancellationToken)
    {
        var stored = user with { Version = SqliteValues.CreateRowVersion() };
        using var command = new SqliteCommand(sql)
        {
            Parameters =
            {
                new("@key", stored.Name.Key),
                new("@name", stored.Name.Value),
                new("@id", stored.Id),
                new("@password_hash", stored.PasswordHash),
                new("@roles", SqliteValues.Store(stored.Roles)),
                new("@is_enabled", stored.IsEnabled),
                new("@created_at", SqliteValues.Store(stored.CreatedAt)),
                new("@version", stored.Version),
                new("@expected", SqliteValues.OrNull(user.Version)),
            },
        };
        return await database.ExecuteAsync(command, cancellationToken) == 1 ? stored : null;
    }
}
