using System.Globalization;
using Gatehouse.Revocation;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>The revocation feed in SQLite. Writers take turns, so a number is never seen before a smaller one.</summary>
internal sealed class SqliteRevocationStore(SqliteDatabase database) : IRevocationStore
{
    private const int PageSize = 1000;

    private const string Append =
        """
        INSERT INTO revocations (kind, id, revoked_at, expires_at, except_session)
        VALUES (@kind, @id, @revoked_at, @expires_at, @except_session)
        """;

    private const string Read =
        """
        SELECT number, kind, id, revoked_at, expires_at, except_session
        FROM revocations WHERE number > @after ORDER BY number LIMIT @limit
        """;

    private const string RemoveExpired =
        """
        DELETE FROM revocations
        WHERE number IN (SELECT number FROM revocations WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """;

    public async Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Append)
        {
            Parameters =
            {
                new("@kind", (int)entry.Kind),
                new("@id", entry.Id),
                new("@revoked_at", SqliteValues.Store(entry.RevokedAt)),
                new("@expires_at", SqliteValues.Store(entry.ExpiresAt)),
                new("@except_session", SqliteValues.OrNull(entry.ExceptSession)),
            },
        };
        await database.ExecuteAsync(command, cancellationToken);
    }

    public async Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        using var command = new SqliteCommand(Read) { Parameters = { new("@after", after), new("@limit", PageSize) } };
        var rows = await database.QueryAsync(command, static row => (Number: row.GetInt64(0), Entry: ReadEntry(row)), cancellationToken);
        var last = rows.Count == 0 ? after : rows[^1].Number;
        return new RevocationPage([.. rows.Select(static row => row.Entry)], last.ToString(CultureInfo.InvariantCulture), rows.Count == PageSize);
    }

    public async Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(RemoveExpired) { Parameters = { new("@now", SqliteValues.Store(now)), new("@limit", limit) } };
        return await database.ExecuteAsync(command, cancellationToken);
    }

    private static RevocationEntry ReadEntry(SqliteDataReader row) => new(
        (RevocationKind)row.GetInt32(1),
        row.GetString(2),
        row.ReadTime(3),
        row.ReadTime(4),
        row.ReadOptionalText(5));
}
