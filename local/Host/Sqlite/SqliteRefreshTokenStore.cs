using Gatehouse.Tokens;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Refresh-token families in SQLite.</summary>
internal sealed class SqliteRefreshTokenStore(SqliteDatabase database) : IRefreshTokenStore
{
    private static readonly SqliteTable Families = new(
        "refresh_token_families", "id", "subject", "user_name", "client_id", "scopes", "authenticated_at", "expires_at", "idle_expires_at",
        "current_hash", "previous_hash", "rotation_salt", "rotated_at", "revoked_at", "version", "proof_key_thumbprint", "sessions_ended_at", "repeats", "earlier_repeats", "audiences");

    public Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken) => WriteAsync(Families.Insert, family, cancellationToken);

    public Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.FindAsync(Families.Find, [("@id", id)], Read, cancellationToken);

    public async Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        await WriteAsync(Families.Replace, family, cancellationToken) == 1;

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Families.RemoveExpired, [("@now", now), ("@limit", limit)], cancellationToken);

    private static RefreshTokenFamily Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Subject = row.GetString(1),
        UserName = row.GetString(2),
        ClientId = row.GetString(3),
        Scopes = row.ReadStrings(4),
        AuthenticatedAt = row.ReadTime(5),
        ExpiresAt = row.ReadTime(6),
        IdleExpiresAt = row.ReadTime(7),
        CurrentHash = row.ReadBytes(8),
        PreviousHash = row.ReadBytes(9),
        RotationSalt = row.ReadBytes(10),
        RotatedAt = row.ReadOptionalTime(11),
        RevokedAt = row.ReadOptionalTime(12),
        Version = row.GetString(13),
        ProofKeyThumbprint = row.ReadOptionalString(14),
        SessionsEndedAt = row.ReadOptionalTime(15),
        Repeats = row.GetInt32(16),
        EarlierRepeats = row.GetInt32(17),
        Audiences = row.ReadStrings(18),
    };

    private Task<int> WriteAsync(string sql, RefreshTokenFamily family, CancellationToken cancellationToken) => database.ExecuteAsync(
        sql,
        [
            ("@id", family.Id),
            ("@subject", family.Subject),
            ("@user_name", family.UserName),
            ("@client_id", family.ClientId),
            ("@scopes", family.Scopes),
            ("@authenticated_at", family.AuthenticatedAt),
            ("@expires_at", family.ExpiresAt),
            ("@idle_expires_at", family.IdleExpiresAt),
            ("@current_hash", family.CurrentHash),
            ("@previous_hash", family.PreviousHash),
            ("@rotation_salt", family.RotationSalt),
            ("@rotated_at", family.RotatedAt),
            ("@revoked_at", family.RevokedAt),
            ("@version", SqliteValues.CreateRowVersion()),
            ("@proof_key_thumbprint", family.ProofKeyThumbprint),
            ("@sessions_ended_at", family.SessionsEndedAt),
            ("@repeats", family.Repeats),
            ("@earlier_repeats", family.EarlierRepeats),
            ("@audiences", family.Audiences),
            ("@expected", family.Version),
        ],
        cancellationToken);
}
