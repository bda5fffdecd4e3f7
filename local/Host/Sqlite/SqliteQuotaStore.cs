using Gatehouse.RateLimits;

namespace Gatehouse.Local.Sqlite;

/// <summary>Shared buckets in SQLite.</summary>
internal sealed class SqliteQuotaStore(SqliteDatabase database) : IQuotaStore
{
    // A full bucket and a missing one are the same, so a bucket expires when it is full.
    private static readonly SqliteTable Quotas = new("quotas", "key", "expires_at", "version");

    private static readonly string Add = $"{Quotas.Insert} ON CONFLICT (key) DO NOTHING";

    public Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken) =>
        database.FindAsync(Quotas.Find, [("@key", key)], static row => new QuotaRecord(row.GetString(0), row.ReadTime(1), row.GetString(2)), cancellationToken);

    public async Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken)
    {
        var version = SqliteValues.CreateRowVersion();
        var rows = await database.ExecuteAsync(
            record.Version is null ? Add : Quotas.Replace,
            [("@key", record.Key), ("@expires_at", record.PaidAt), ("@version", version), ("@expected", record.Version)],
            cancellationToken);
        return rows == 1 ? record with { Version = version } : null;
    }

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(Quotas.RemoveExpired, [("@now", now), ("@limit", limit)], cancellationToken);
}
