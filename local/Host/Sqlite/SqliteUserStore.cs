using System.Collections.Immutable;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Local.Sqlite;

/// <summary>Users in SQLite.</summary>
internal sealed class SqliteUserStore(SqliteDatabase database, TimeProvider time) : IUserStore
{
    private static readonly SqliteTable<User> Users = new(
        "users",
        Read,
        ("key", static user => user.Name.Key),
        ("name", static user => user.Name.Value),
        ("id", static user => user.Id),
        ("password_hash", static user => user.PasswordHash),
        ("roles", static user => user.Roles),
        ("is_enabled", static user => user.IsEnabled),
        ("created_at", static user => user.CreatedAt),
        ("must_change_password", static user => user.MustChangePassword),
        ("tokens_revoked_at", static user => user.TokensRevokedAt),
        ("sessions_ended_at", static user => user.SessionsEndedAt),
        ("sign_ins", static user => user.SignIns.Store()),
        ("password_expires_at", static user => user.PasswordExpiresAt),
        ("factors", static user => user.Factors.Store()),
        ("email", static user => user.Email?.Value),
        ("verified_email", static user => user.VerifiedEmail?.Value));

    // No user has an empty key. The statement must change a row, because a commit without a change does not wait for the disk.
    private const string WriteForNobody =
        """
        INSERT INTO users (key, name, id, password_hash, roles, is_enabled, created_at, version) VALUES ('', '', '', '', '[]', 0, 0, @version)
        ON CONFLICT (key) DO UPDATE SET version = @version
        """;

    private const string LastCodePoint = "\U0010FFFF";

    private const string HasEnabled =
        """
        SELECT 1 FROM users
        WHERE is_enabled = 1 AND id IS NOT @except AND (password_expires_at IS NULL OR password_expires_at > @now)
            AND EXISTS (SELECT 1 FROM json_each(users.roles) WHERE json_each.value IN (SELECT value FROM json_each(@roles)))
        LIMIT 1
        """;

    public Task<User?> FindAsync(UserName name, CancellationToken cancellationToken) => database.FindAsync(Users, name.Key, cancellationToken);

    public Task<User?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        database.FindAsync($"{Users.Select} WHERE id = @id", [("@id", id)], Read, cancellationToken);

    public Task<User?> FindByEmailAsync(EmailAddress email, CancellationToken cancellationToken) =>
        database.FindAsync($"{Users.Select} WHERE verified_email = @email", [("@email", email.Value)], Read, cancellationToken);

    // No name holds the last code point.
    public Task<Page<User>> ListAsync(UserQuery query, CancellationToken cancellationToken) => database.ListAsync(
        Users,
        query.After,
        query.PageSize,
        [("key >= @begin", "@begin", query.Prefix), ("key < @end", "@end", query.Prefix + LastCodePoint)],
        cancellationToken);

    public Task<User?> TryAddAsync(User user, CancellationToken cancellationToken) => WriteAsync(user, database.TryAddAsync(Users, user, cancellationToken));

    public Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken) => WriteAsync(user, database.TryReplaceAsync(Users, user, user.Version!, cancellationToken));

    public Task WriteForNobodyAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync(WriteForNobody, [("@version", SqliteValues.CreateRowVersion())], cancellationToken);

    public Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken) =>
        database.TryRemoveAsync(Users, user.Name.Key, user.Version!, cancellationToken);

    public async Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken)
    {
        ImmutableArray<string> wanted = [.. roles];
        return (await database.QueryAsync(HasEnabled, [("@roles", wanted), ("@except", exceptId), ("@now", time.GetUtcNow())], static row => row.GetInt64(0), cancellationToken)).Count > 0;
    }

    private static async Task<User?> WriteAsync(User user, Task<string?> write)
    {
        try
        {
            return await write is { } version ? user with { Version = version } : null;
        }
        catch (SqliteException exception) when (exception.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_UNIQUE)
        {
            throw new EmailTakenException(exception);
        }
    }

    private static User Read(SqliteDataReader row) => new()
    {
        Name = new UserName(row.GetString(1), Key: row.GetString(0)),
        Id = row.GetString(2),
        PasswordHash = row.GetString(3),
        Roles = row.ReadStrings(4),
        IsEnabled = row.GetBoolean(5),
        CreatedAt = row.ReadTime(6),
        MustChangePassword = row.GetBoolean(7),
        TokensRevokedAt = row.ReadOptionalTime(8),
        SessionsEndedAt = row.ReadOptionalTime(9),
        SignIns = SignInHistory.Parse(row.ReadOptionalString(10)),
        PasswordExpiresAt = row.ReadOptionalTime(11),
        Factors = Factors.Parse(row.ReadOptionalString(12)),
        Email = row.ReadOptionalString(13) is { } email ? new EmailAddress(email) : null,
        IsEmailVerified = !row.IsDBNull(14),
        Version = row.GetString(15),
    };
}
