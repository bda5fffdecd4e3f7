using Gatehouse.RateLimits;
using Gatehouse.Storage;

namespace Gatehouse.Tests.Unit.RateLimits;

/// <summary>A store of shared buckets in memory, which a test can take away or hold back.</summary>
internal sealed class SharedStore : IQuotaStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, QuotaRecord> _records = [];
    private int _version;
    private int _requests;

    public bool IsAway { get; set; }

    /// <summary>What every request waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Requests => Volatile.Read(ref _requests);

    public List<DateTimeOffset> CleanUps { get; } = [];

    public Task<QuotaRecord?> FindAsync(string key, CancellationToken cancellationToken) => AnswerAsync(() => _records.GetValueOrDefault(key), cancellationToken);

    public Task<QuotaRecord?> TrySaveAsync(QuotaRecord record, CancellationToken cancellationToken) => AnswerAsync(
        () => _records.GetValueOrDefault(record.Key)?.Version == record.Version ? _records[record.Key] = record with { Version = $"{++_version}" } : null,
        cancellationToken);

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        CleanUps.Add(now);
        return Task.FromResult(0);
    }

    private async Task<QuotaRecord?> AnswerAsync(Func<QuotaRecord?> answer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        await Task.Yield();
        await Gate.WaitAsync(cancellationToken);
        if (IsAway)
        {
            throw new StorageUnavailableException("The store is away.", new IOException());
        }

        lock (_lock)
        {
            return answer();
        }
    }
}
