using System.Collections.Immutable;
using Gatehouse.Tokens;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Refresh-token families in SQLite.</summary>
internal sealed class SqliteRefreshTokenStore(SqliteDatabase database) : IRefreshTokenStore
{
    public Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add a session",
            connection =>
            {
                using var command = Bind(connection.Prepare(
                    """
                    INSERT INTO refresh_token_families (
                        id, subject, user_name, client_id, scopes, authenticated_at, expires_at, idle_expires_at,
                        current_hash, previous_hash, rotation_salt, rotated_at, revoked_at, version)
                    VALUES (
                        $id, $subject, $user_name, $client_id, $scopes, $authenticated_at, $expires_at, $idle_expires_at,
                        $current_hash, $previous_hash, $rotation_salt, $rotated_at, $revoked_at, 1)
                    """), family);
                return command.ExecuteNonQuery();
            },
            cancellationToken);

    public Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read("read a session", connection =>
        {
            using var command = connection.Prepare("SELECT * FROM refresh_token_families WHERE id = $id").With("$id", id);
            using var reader = command.ExecuteReader();
            return reader.Read() ? ReadFamily(reader) : null;
        }));

    public Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "change a session",
            connection =>
            {
                using var command = Bind(connection.Prepare(
                    """
                    UPDATE refresh_token_families
                    SET subject = $subject, user_name = $user_name, client_id = $client_id, scopes = $scopes,
                        authenticated_at = $authenticated_at, expires_at = $expires_at, idle_expires_at = $idle_expires_at,
                        current_hash = $current_hash, previous_hash = $previous_hash, rotation_salt = $rotation_salt,
                        rotated_at = $rotated_at, revoked_at = $revoked_at, version = version + 1
                    WHERE id = $id AND version = $version
                    """), family).With("$version", family.Version.ToRowVersion());
                return command.ChangesRow();
            },
            cancellationToken);

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "remove expired sessions",
            connection =>
            {
                using var command = connection.Prepare(
                    """
                    DELETE FROM refresh_token_families
                    WHERE id IN (SELECT id FROM refresh_token_families WHERE expires_at <= $now ORDER BY expires_at LIMIT $limit)
                    """).With("$now", now).With("$limit", limit);
                return command.ExecuteNonQuery();
            },
            cancellationToken);

    private static SqliteCommand Bind(SqliteCommand command, RefreshTokenFamily family) => command
        .With("$id", family.Id)
        .With("$subject", family.Subject)
        .With("$user_name", family.UserName)
        .With("$client_id", family.ClientId)
        .With("$scopes", string.Join(' ', family.Scopes))
        .With("$authenticated_at", family.AuthenticatedAt)
        .With("$expires_at", family.ExpiresAt)
        .With("$idle_expires_at", family.IdleExpiresAt)
        .With("$current_hash", family.CurrentHash.ToArray())
        .With("$previous_hash", family.PreviousHash.ToArray())
        .With("$rotation_salt", family.RotationSalt.ToArray())
        .With("$rotated_at", family.RotatedAt)
        .With("$revoked_at", family.RevokedAt);

    private static RefreshTokenFamily ReadFamily(SqliteDataReader reader) => new()
    {
        Id = reader.GetText("id"),
        Subject = reader.GetText("subject"),
        UserName = reader.GetText("user_name"),
        ClientId = reader.GetText("client_id"),
        Scopes = [.. reader.GetText("scopes").Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        AuthenticatedAt = reader.GetTime("authenticated_at"),
        ExpiresAt = reader.GetTime("expires_at"),
        IdleExpiresAt = reader.GetTime("idle_expires_at"),
        CurrentHash = GetBytes(reader, "current_hash"),
        PreviousHash = GetBytes(reader, "previous_hash"),
        RotationSalt = GetBytes(reader, "rotation_salt"),
        RotatedAt = reader.FindTime("rotated_at"),
        RevokedAt = reader.FindTime("revoked_at"),
        Version = reader.GetVersion(),
    };

    private static ImmutableArray<byte> GetBytes(SqliteDataReader reader, string column) =>
        [.. reader.GetFieldValue<byte[]>(reader.GetOrdinal(column))];
}
