namespace Gatehouse.RateLimits;

/// <summary>The buckets that instances share.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IQuotaStore
{
    /// <summary>Finds a bucket; null for a full one, which needs no record.</summary>
    Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Adds a bucket that has no version yet, or replaces the record that still has the version.</summary>
    /// <returns>The bucket with its new version; null when another instance was first.</returns>
    Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken);

    /// <summary>Removes up to <paramref name="limit"/> full buckets. Some may stay for up to two days after they are full.</summary>
    /// <returns>How many were removed.</returns>
    Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>A bucket in the store.</summary>
/// <param name="Key">The limit and the caller.</param>
/// <param name="PaidAt">When it is full again, see <see cref="Bucket"/>: at most a day from now.</param>
/// <param name="Version">The version in the store; null for a bucket that is to be added.</param>
internal sealed record QuotaRecord(string Key, DateTimeOffset PaidAt, string? Version = null);
