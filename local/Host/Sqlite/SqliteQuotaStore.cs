using Gatehouse.RateLimits;

namespace Gatehouse.Local.Sqlite;

/// <summary>Shared buckets in SQLite.</summary>
internal sealed class SqliteQuotaStore(SqliteDatabase database) : IQuotaStore
{
    // A full bucket and a missing one are the same, so a bucket expires when it is full.
    private static readonly SqliteTable<QuotaRecord> Quotas = new(
        "quotas",
        static row => new QuotaRecord(row.GetString(0), row.ReadTime(1), row.GetString(2)),
        ("key", static record => record.Key),
        ("expires_at", static record => record.PaidAt));

    public Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken) => database.FindAsync(Quotas, key, cancellationToken);

    public async Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken)
    {
        var version = record.Version is { } expected
            ? await database.TryReplaceAsync(Quotas, record, expected, cancellationToken)
            : await database.TryAddAsync(Quotas, record, cancellationToken);
        return version is null ? null : record with { Version = version };
    }

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Quotas.RemoveExpired, [("@now", now), ("@limit", limit)], cancellationToken);
}
