using System.Globalization;
using Gatehouse.Authentication;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Users in SQLite.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    // Role names come from configuration keys, which hold no line break.
    private const char Separator = '\n';

    public Task<User?> FindAsync(UserName name, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read("read a user", connection =>
        {
            using var command = connection.Prepare("SELECT * FROM users WHERE name_key = $key").With("$key", name.Key);
            using var reader = command.ExecuteReader();
            return reader.Read() ? ReadUser(reader) : null;
        }));

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) =>
        database.WriteAsync<User?>(
            "add a user",
            connection =>
            {
                using var command = Bind(connection.Prepare(
                    """
                    INSERT INTO users (name_key, name, id, password_hash, roles, is_enabled, created_at, version)
                    VALUES ($key, $name, $id, $password_hash, $roles, $is_enabled, $created_at, 1)
                    ON CONFLICT (name_key) DO NOTHING
                    """), user);
                return command.ChangesRow() ? user with { Version = "1" } : null;
            },
            cancellationToken);

    public Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken) =>
        database.WriteAsync<User?>(
            "change a user",
            connection =>
            {
                var version = user.Version.ToRowVersion();
                using var command = Bind(connection.Prepare(
                    """
                    UPDATE users
                    SET name = $name, password_hash = $password_hash, roles = $roles, is_enabled = $is_enabled, version = version + 1
                    WHERE name_key = $key AND id = $id AND version = $version
                    """), user).With("$version", version);
                return command.ChangesRow() ? user with { Version = (version + 1).ToString(CultureInfo.InvariantCulture) } : null;
            },
            cancellationToken);

    private static SqliteCommand Bind(SqliteCommand command, User user) => command
        .With("$key", user.Name.Key)
        .With("$name", user.Name.Value)
        .With("$id", user.Id)
        .With("$password_hash", user.PasswordHash)
        .With("$roles", string.Join(Separator, user.Roles))
        .With("$is_enabled", user.IsEnabled)
        .With("$created_at", user.CreatedAt);

    private static User ReadUser(SqliteDataReader reader) => new()
    {
        Id = reader.GetText("id"),
        Name = new UserName(reader.GetText("name"), reader.GetText("name_key")),
        PasswordHash = reader.GetText("password_hash"),
        Roles = [.. reader.GetText("roles").Split(Separator, StringSplitOptions.RemoveEmptyEntries)],
        IsEnabled = reader.GetBoolean(reader.GetOrdinal("is_enabled")),
        CreatedAt = reader.GetTime("created_at"),
        Version = reader.GetVersion(),
    };
}
