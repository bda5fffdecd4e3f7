using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.RateLimits;

/// <summary>Leases permits from the store, and knows when the store is unavailable.</summary>
internal sealed class QuotaLender(IQuotaStore store, TimeProvider time, ILogger<QuotaLender> logger)
{
    /// <summary>The time that one request may wait for a slice: enough for the first on a new instance, which signs in to the storage.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    /// <summary>The time after a failure in which no request waits for the store.</summary>
    public static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(5);

    private readonly CleanUp _cleanUp = new("Records of shared limits", store.RemoveExpiredAsync, time, logger);
    private long _failedAt = time.GetTimestamp() - (long)(RetryAfterFailure.TotalSeconds * time.TimestampFrequency);

    /// <summary>The time until a request may ask the store again after a failure; zero or less when it may now.</summary>
    public TimeSpan RetryIn => RetryAfterFailure - time.GetElapsedTime(Volatile.Read(ref _failedAt));

    /// <summary>Takes permits from a bucket in the store, as many as it has.</summary>
    /// <param name="bucket">The limit.</param>
    /// <param name="known">The record of this instance's last lease; before the first lease, a record without a version.</param>
    /// <param name="wanted">The most permits.</param>
    /// <returns>The permits; null when the store is unavailable.</returns>
    public async Task<LeasedPermits?> TryLeaseAsync(Bucket bucket, QuotaRecord known, int wanted)
    {
        // Not the caller's token: a caller that hangs up must not make the store look unavailable.
        using var limit = new CancellationTokenSource(TimeLimit, time);
        try
        {
            var leased = await LeaseAsync(bucket, known, wanted, limit.Token);
            await _cleanUp.RunIfDueAsync(CancellationToken.None);
            return leased;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            Volatile.Write(ref _failedAt, time.GetTimestamp());
            logger.QuotaNotLeased(exception);
            return null;
        }
    }

    private async Task<LeasedPermits> LeaseAsync(Bucket bucket, QuotaRecord known, int wanted, CancellationToken cancellationToken)
    {
        // A write with the version of the last lease fails if another instance has leased since; only then is the record read.
        var record = known.Version is null ? await ReadAsync(known.Key, cancellationToken) : known;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = time.GetUtcNow();
            var count = Math.Min(wanted, bucket.CountAvailable(record.PaidAt, now));
            if (count == 0)
            {
                return new LeasedPermits(0, record);
            }

            if (await store.TrySaveAsync(record with { PaidAt = bucket.Take(count, record.PaidAt, now) }, cancellationToken) is { } saved)
            {
                return new LeasedPermits(count, saved);
            }

            record = await ReadAsync(known.Key, cancellationToken);
        }
    }

    private async Task<QuotaRecord> ReadAsync(string key, CancellationToken cancellationToken) =>
        await store.FindAsync(key, cancellationToken) ?? new QuotaRecord(key, DateTimeOffset.MinValue);
}

/// <summary>Permits from the store, with the bucket that they were taken from.</summary>
internal readonly record struct LeasedPermits(int Count, QuotaRecord Record);

internal static partial class Log
{
    [LoggerMessage(EventId = 1700, Level = LogLevel.Warning, Message = "A shared rate limit could not lease permits from the storage. For some seconds, this instance gives each caller its local share.")]
    public static partial void QuotaNotLeased(this ILogger logger, Exception exception);
}
