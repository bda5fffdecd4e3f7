using System.Globalization;
using Gatehouse.Revocation;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>The revocation feed in SQLite. Writers take turns, so a reader never sees a number before a smaller one.</summary>
internal sealed class SqliteRevocationStore(SqliteDatabase database) : IRevocationStore
{
    private const int PageSize = 1000;

    private static readonly SqliteTable Revocations = new("revocations", "number", "kind", "id", "revoked_at", "expires_at");

    public Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken) => database.ExecuteAsync(
        Revocations.Insert,
        [
            // SQLite gives the next number to a row that is inserted without one.
            ("@number", null),
            ("@kind", (int)entry.Kind),
            ("@id", entry.Id),
            ("@revoked_at", entry.RevokedAt),
            ("@expires_at", entry.ExpiresAt),
        ],
        cancellationToken);

    public async Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var rows = await database.QueryAsync(
            $"{Revocations.Select} WHERE number > @after ORDER BY number LIMIT @limit",
            [("@after", after), ("@limit", PageSize)],
            static row => (Number: row.GetInt64(0), Entry: ReadEntry(row)),
            cancellationToken);
        var last = rows.Count == 0 ? after : rows[^1].Number;
        return new RevocationPage([.. rows.Select(static row => row.Entry)], last.ToString(CultureInfo.InvariantCulture), rows.Count == PageSize);
    }

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Revocations.RemoveExpired, [("@now", now), ("@limit", limit)], cancellationToken);

    private static RevocationEntry ReadEntry(SqliteDataReader row) => new(
        (RevocationKind)row.GetInt32(1),
        row.GetString(2),
        row.ReadTime(3),
        row.ReadTime(4));
}
