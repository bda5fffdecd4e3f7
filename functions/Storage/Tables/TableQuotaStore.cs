using System.Globalization;
using Azure.Data.Tables;
using Gatehouse.RateLimits;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Stores shared buckets by the day of their last write: the partitions of a day hold what was written on it. A bucket is
/// full a day after its last write at the latest, so the clean-up removes the days before yesterday and reads nothing else.
/// The first write of a day carries over the bucket of the day before.
/// </summary>
internal sealed class TableQuotaStore(Table table, TimeProvider time) : IQuotaStore
{
    public async Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var hash = TableKey.Of(key);
        var today = time.GetUtcNow();
        if (await table.FindAsync(Partition(today, hash), hash, cancellationToken) is { } entity)
        {
            return new QuotaRecord(key, entity.ReadTime(nameof(QuotaRecord.PaidAt)), EntityVersion.Of(entity.ETag));
        }

        return await table.FindAsync(Partition(today.AddDays(-1), hash), hash, cancellationToken) is { } earlier
            ? new QuotaRecord(key, earlier.ReadTime(nameof(QuotaRecord.PaidAt)))
            : null;
    }

    public async Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken)
    {
        var hash = TableKey.Of(record.Key);
        var entity = new TableEntity(Partition(time.GetUtcNow(), hash), hash) { [nameof(QuotaRecord.PaidAt)] = record.PaidAt };
        var version = record.Version is { } expected
            ? await table.TryReplaceAsync(entity, expected, cancellationToken)
            : await table.TryAddAsync(entity, cancellationToken);
        return version is null ? null : record with { Version = version };
    }

    public async Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {Day(now.AddDays(-1))}");
        var removed = 0;
        var entities = (await table.QueryAsync(filter, limit, cancellationToken)).Entities.Take(limit);
        foreach (var partition in entities.GroupBy(static entity => entity.PartitionKey))
        {
            foreach (var chunk in partition.Chunk(Table.MaxTransactionSize))
            {
                if (!await table.TryRemoveAsync(chunk, version: null, cancellationToken))
                {
                    // Another instance is cleaning up too; leave the rest to it.
                    return removed;
                }

                removed += chunk.Length;
            }
        }

        return removed;
    }

    // A partition accepts about 2 000 writes a second; the first digit of the hash splits each day into 16.
    private static string Partition(DateTimeOffset day, string hash) => $"{Day(day)}-{hash[0]}";

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
