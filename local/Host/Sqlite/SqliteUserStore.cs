using Gatehouse.Users;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Users in SQLite.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    private const string Find =
        """
        SELECT key, name, id, password_hash, roles, is_enabled, created_at, version,
            must_change_password, failed_sign_ins, locked_until, tokens_revoked_at, sessions_ended_at, kept_session_id
        FROM users WHERE key = @key
        """;

    private const string Add =
        """
        INSERT INTO users (key, name, id, password_hash, roles, is_enabled, created_at, version,
            must_change_password, failed_sign_ins, locked_until, tokens_revoked_at, sessions_ended_at, kept_session_id)
        VALUES (@key, @name, @id, @password_hash, @roles, @is_enabled, @created_at, @version,
            @must_change_password, @failed_sign_ins, @locked_until, @tokens_revoked_at, @sessions_ended_at, @kept_session_id)
        ON CONFLICT (key) DO NOTHING
        """;

    private const string Replace =
        """
        UPDATE users
        SET name = @name, id = @id, password_hash = @password_hash, roles = @roles, is_enabled = @is_enabled,
            created_at = @created_at, version = @version, must_change_password = @must_change_password,
            failed_sign_ins = @failed_sign_ins, locked_until = @locked_until,
            tokens_revoked_at = @tokens_revoked_at, sessions_ended_at = @sessions_ended_at, kept_session_id = @kept_session_id
        WHERE key = @key AND version = @expected
        """;

    // No user's key is empty. It must be a change: a commit without one does not wait for the disk.
    private const string WriteForNobody =
        """
        INSERT INTO users (key, name, id, password_hash, roles, is_enabled, created_at, version) VALUES ('', '', '', '', '[]', 0, 0, @version)
        ON CONFLICT (key) DO UPDATE SET version = @version
        """;

    private const string Remove = "DELETE FROM users WHERE key = @key AND version = @expected";

    private const string HasEnabled =
        """
        SELECT 1 FROM users
        WHERE is_enabled = 1 AND id IS NOT @except AND EXISTS (SELECT 1 FROM json_each(users.roles) WHERE json_each.value IN (SELECT value FROM json_each(@roles)))
        LIMIT 1
        """;

    public async Task<User?> FindAsync(UserName name, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Find) { Parameters = { new("@key", name.Key) } };
        return (await database.QueryAsync(command, Read, cancellationToken)).SingleOrDefault();
    }

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) => WriteAsync(Add, user, cancellationToken);

    public Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken) => WriteAsync(Replace, user, cancellationToken);

    public async Task WriteForNobodyAsync(CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(WriteForNobody) { Parameters = { new("@version", SqliteValues.CreateRowVersion()) } };
        await database.ExecuteAsync(command, cancellationToken);
    }

    public async Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Remove) { Parameters = { new("@key", user.Name.Key), new("@expected", SqliteValues.OrNull(user.Version)) } };
        return await database.ExecuteAsync(command, cancellationToken) == 1;
    }

    public async Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(HasEnabled) { Parameters = { new("@roles", SqliteValues.Store([.. roles])), new("@except", SqliteValues.OrNull(exceptId)) } };
        return (await database.QueryAsync(command, static row => row.GetInt64(0), cancellationToken)).Count > 0;
    }

    private static User Read(SqliteDataReader row) => new()
    {
        Name = new UserName(row.GetString(1), Key: row.GetString(0)),
        Id = row.GetString(2),
        PasswordHash = row.GetString(3),
        Roles = row.ReadTexts(4),
        IsEnabled = row.GetBoolean(5),
        CreatedAt = row.ReadTime(6),
        Version = row.GetString(7),
        MustChangePassword = row.GetBoolean(8),
        FailedSignIns = row.GetInt32(9),
        LockedUntil = row.ReadOptionalTime(10),
        TokensRevokedAt = row.ReadOptionalTime(11),
        SessionsEndedAt = row.ReadOptionalTime(12),
        KeptSessionId = row.ReadOptionalText(13),
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
                new("@must_change_password", stored.MustChangePassword),
                new("@failed_sign_ins", stored.FailedSignIns),
                new("@locked_until", SqliteValues.Store(stored.LockedUntil)),
                new("@tokens_revoked_at", SqliteValues.Store(stored.TokensRevokedAt)),
                new("@sessions_ended_at", SqliteValues.Store(stored.SessionsEndedAt)),
                new("@kept_session_id", SqliteValues.OrNull(stored.KeptSessionId)),
                new("@expected", SqliteValues.OrNull(user.Version)),
            },
        };
        return await database.ExecuteAsync(command, cancellationToken) == 1 ? stored : null;
    }
}
