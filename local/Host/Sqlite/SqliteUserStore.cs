using System.Collections.Immutable;
using Gatehouse.Users;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Users in SQLite.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    private static readonly SqliteTable Users = new(
        "users", "key", "name", "id", "password_hash", "roles", "is_enabled", "created_at", "version",
        "must_change_password", "tokens_revoked_at", "sessions_ended_at", "sign_ins");

    private static readonly string Add = $"{Users.Insert} ON CONFLICT (key) DO NOTHING";

    // No user has an empty key. The statement must change a row, because a commit without a change does not wait for the disk.
    private const string WriteForNobody =
        """
        INSERT INTO users (key, name, id, password_hash, roles, is_enabled, created_at, version) VALUES ('', '', '', '', '[]', 0, 0, @version)
        ON CONFLICT (key) DO UPDATE SET version = @version
        """;

    private const string HasEnabled =
        """
        SELECT 1 FROM users
        WHERE is_enabled = 1 AND id IS NOT @except AND EXISTS (SELECT 1 FROM json_each(users.roles) WHERE json_each.value IN (SELECT value FROM json_each(@roles)))
        LIMIT 1
        """;

    public Task<User?> FindAsync(UserName name, CancellationToken cancellationToken) =>
        database.FindAsync(Users.Find, [("@key", name.Key)], Read, cancellationToken);

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) => WriteAsync(Add, user, cancellationToken);

    public Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken) => WriteAsync(Users.Replace, user, cancellationToken);

    public Task WriteForNobodyAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync(WriteForNobody, [("@version", SqliteValues.CreateRowVersion())], cancellationToken);

    public async Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(Users.Remove, [("@key", user.Name.Key), ("@expected", user.Version)], cancellationToken) == 1;

    public async Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken)
    {
        ImmutableArray<string> wanted = [.. roles];
        return (await database.QueryAsync(HasEnabled, [("@roles", wanted), ("@except", exceptId)], static row => row.GetInt64(0), cancellationToken)).Count > 0;
    }

    private static User Read(SqliteDataReader row) => new()
    {
        Name = new UserName(row.GetString(1), Key: row.GetString(0)),
        Id = row.GetString(2),
        PasswordHash = row.GetString(3),
        Roles = row.ReadStrings(4),
        IsEnabled = row.GetBoolean(5),
        CreatedAt = row.ReadTime(6),
        Version = row.GetString(7),
        MustChangePassword = row.GetBoolean(8),
        TokensRevokedAt = row.ReadOptionalTime(9),
        SessionsEndedAt = row.ReadOptionalTime(10),
        SignIns = SignInHistory.Parse(row.ReadOptionalString(11)),
    };

    private async Task<User?> WriteAsync(string sql, User user, CancellationToken cancellationToken)
    {
        var stored = user with { Version = SqliteValues.CreateRowVersion() };
        var written = await database.ExecuteAsync(
            sql,
            [
                ("@key", stored.Name.Key),
                ("@name", stored.Name.Value),
                ("@id", stored.Id),
                ("@password_hash", stored.PasswordHash),
                ("@roles", stored.Roles),
                ("@is_enabled", stored.IsEnabled),
                ("@created_at", stored.CreatedAt),
                ("@version", stored.Version),
                ("@must_change_password", stored.MustChangePassword),
                ("@tokens_revoked_at", stored.TokensRevokedAt),
                ("@sessions_ended_at", stored.SessionsEndedAt),
                ("@sign_ins", stored.SignIns.Store()),
                ("@expected", user.Version),
            ],
            cancellationToken);
        return written == 1 ? stored : null;
    }
}
