using Gatehouse.Tokens;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Refresh-token families in SQLite.</summary>
internal sealed class SqliteRefreshTokenStore(SqliteDatabase database) : IRefreshTokenStore
{
    private static readonly SqliteTable<RefreshTokenFamily> Families = new(
        "refresh_token_families",
        Read,
        ("id", static family => family.Id),
        ("subject", static family => family.Subject),
        ("user_name", static family => family.UserName),
        ("client_id", static family => family.ClientId),
        ("scopes", static family => family.Scopes),
        ("authenticated_at", static family => family.AuthenticatedAt),
        ("expires_at", static family => family.ExpiresAt),
        ("idle_expires_at", static family => family.IdleExpiresAt),
        ("current_hash", static family => family.CurrentHash),
        ("previous_hash", static family => family.PreviousHash),
        ("rotation_salt", static family => family.RotationSalt),
        ("rotated_at", static family => family.RotatedAt),
        ("revoked_at", static family => family.RevokedAt),
        ("proof_key_thumbprint", static family => family.ProofKeyThumbprint),
        ("sessions_ended_at", static family => family.SessionsEndedAt),
        ("repeats", static family => family.Repeats),
        ("earlier_repeats", static family => family.EarlierRepeats),
        ("audiences", static family => family.Audiences),
        ("authentication_methods", static family => family.AuthenticationMethods),
        ("network", static family => family.Network),
        ("user_agent", static family => family.UserAgent));

    private const string OfUser = "SELECT id FROM refresh_token_families WHERE subject = @subject AND is_listed = 1 LIMIT @limit";
    private const string Unlist = "UPDATE refresh_token_families SET is_listed = 0 WHERE id = @id";

    public async Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken)
    {
        if (await database.TryAddAsync(Families, family, cancellationToken) is null)
        {
            throw new InvalidOperationException("A refresh-token family with this id exists already.");
        }
    }

    public Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken) => database.FindAsync(Families, id, cancellationToken);

    public async Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        await database.TryReplaceAsync(Families, family, family.Version!, cancellationToken) is not null;

    public async Task<IReadOnlyList<string>> ListAsync(string subject, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(OfUser, [("@subject", subject), ("@limit", limit)], static row => row.GetString(0), cancellationToken);

    public Task UnlistAsync(string subject, string id, CancellationToken cancellationToken) => database.ExecuteAsync(Unlist, [("@id", id)], cancellationToken);

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
        ProofKeyThumbprint = row.ReadOptionalString(13),
        SessionsEndedAt = row.ReadOptionalTime(14),
        Repeats = row.GetInt32(15),
        EarlierRepeats = row.GetInt32(16),
        Audiences = row.ReadStrings(17),
        AuthenticationMethods = row.ReadStrings(18),
        Network = row.ReadOptionalString(19),
        UserAgent = row.ReadOptionalString(20),
        Version = row.GetString(21),
    };
}
