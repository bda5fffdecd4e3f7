using Gatehouse.Tokens;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Refresh-token families in SQLite.</summary>
internal sealed class SqliteRefreshTokenStore(SqliteDatabase database) : IRefreshTokenStore
{
    private const string Find =
        """
        SELECT id, subject, user_name, client_id, scopes, authenticated_at, expires_at, idle_expires_at,
            current_hash, previous_hash, rotation_salt, rotated_at, revoked_at, version, proof_key_thumbprint
        FROM refresh_token_families WHERE id = @id
        """;

    private const string Add =
        """
        INSERT INTO refresh_token_families (id, subject, user_name, client_id, scopes, authenticated_at, expires_at,
            idle_expires_at, current_hash, previous_hash, rotation_salt, rotated_at, revoked_at, version, proof_key_thumbprint)
        VALUES (@id, @subject, @user_name, @client_id, @scopes, @authenticated_at, @expires_at,
            @idle_expires_at, @current_hash, @previous_hash, @rotation_salt, @rotated_at, @revoked_at, @version, @proof_key_thumbprint)
        """;

    private const string Replace =
        """
        UPDATE refresh_token_families
        SET subject = @subject, user_name = @user_name, client_id = @client_id, scopes = @scopes,
            authenticated_at = @authenticated_at, expires_at = @expires_at, idle_expires_at = @idle_expires_at,
            current_hash = @current_hash, previous_hash = @previous_hash, rotation_salt = @rotation_salt,
            rotated_at = @rotated_at, revoked_at = @revoked_at, version = @version,
            proof_key_thumbprint = @proof_key_thumbprint
        WHERE id = @id AND version = @expected
        """;

    private const string RemoveExpired =
        """
        DELETE FROM refresh_token_families WHERE id IN (
            SELECT id FROM refresh_token_families WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """;

    public Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken) => WriteAsync(Add, family, cancellationToken);

    public async Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Find) { Parameters = { new("@id", id) } };
        return (await database.QueryAsync(command, Read, cancellationToken)).SingleOrDefault();
    }

    public async Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        await WriteAsync(Replace, family, cancellationToken) == 1;

    public async Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(RemoveExpired) { Parameters = { new("@now", SqliteValues.Store(now)), new("@limit", limit) } };
        return await database.ExecuteAsync(command, cancellationToken);
    }

    private static RefreshTokenFamily Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Subject = row.GetString(1),
        UserName = row.GetString(2),
        ClientId = row.GetString(3),
        Scopes = row.ReadTexts(4),
        AuthenticatedAt = row.ReadTime(5),
        ExpiresAt = row.ReadTime(6),
        IdleExpiresAt = row.ReadTime(7),
        CurrentHash = row.ReadBytes(8),
        PreviousHash = row.ReadBytes(9),
        RotationSalt = row.ReadBytes(10),
        RotatedAt = row.ReadOptionalTime(11),
        RevokedAt = row.ReadOptionalTime(12),
        Version = row.GetString(13),
        ProofKeyThumbprint = row.ReadOptionalText(14),
    };

    private async Task<int> WriteAsync(string sql, RefreshTokenFamily family, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(sql)
        {
            Parameters =
            {
                new("@id", family.Id),
                new("@subject", family.Subject),
                new("@user_name", family.UserName),
                new("@client_id", family.ClientId),
                new("@scopes", SqliteValues.Store(family.Scopes)),
                new("@authenticated_at", SqliteValues.Store(family.AuthenticatedAt)),
                new("@expires_at", SqliteValues.Store(family.ExpiresAt)),
                new("@idle_expires_at", SqliteValues.Store(family.IdleExpiresAt)),
                new("@current_hash", SqliteValues.Store(family.CurrentHash)),
                new("@previous_hash", SqliteValues.Store(family.PreviousHash)),
                new("@rotation_salt", SqliteValues.Store(family.RotationSalt)),
                new("@rotated_at", SqliteValues.Store(family.RotatedAt)),
                new("@revoked_at", SqliteValues.Store(family.RevokedAt)),
                new("@version", SqliteValues.CreateRowVersion()),
                new("@proof_key_thumbprint", SqliteValues.OrNull(family.ProofKeyThumbprint)),
                new("@expected", SqliteValues.OrNull(family.Version)),
            },
        };
        return await database.ExecuteAsync(command, cancellationToken);
    }
}
