namespace Gatehouse.RateLimits;

/// <summary>
/// A limit for each partition, by the generic cell rate algorithm (ITU-T I.371): a bucket that fills evenly. Its
/// whole state is the time at which it will be full again. System.Threading.RateLimiting does not fit: its limiters
/// read the system clock (dotnet/runtime issue 106447), and its partitions grow with the callers under one lock.
/// </summary>
internal sealed class Quota
{
    // Leases of callers that have used up to this many permits are created once and reused.
    private const int MaxKeptLeases = 4096;

    private readonly PartitionTable _table;
    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly long _interval;
    private readonly long _window;
    private readonly QuotaLease?[] _leases;

    /// <param name="policy">The limit.</param>
    /// <param name="partitions">The number of distinct partitions, see <see cref="PartitionTable"/>.</param>
    /// <param name="time">The clock.</param>
    public Quota(QuotaPolicy policy, int partitions, TimeProvider time)
    {
        Policy = policy;
        _table = new PartitionTable(partitions);
        _time = time;
        _limit = policy.Permits;
        _interval = (long)(policy.Window.TotalSeconds * time.TimestampFrequency / _limit);
        _window = _interval * _limit;
        _leases = new QuotaLease?[Math.Min(_limit, MaxKeptLeases) + 1];
    }

    /// <summary>Creates the limit that the settings describe.</summary>
    public Quota(string name, RateLimitOptions options, int partitions, TimeProvider time)
        : this(new QuotaPolicy(name, options.PermitLimit, options.Window), partitions, time)
    {
    }

    /// <summary>The limit as callers see it.</summary>
    public QuotaPolicy Policy { get; }

    /// <summary>The number of distinct partitions.</summary>
    public int Capacity => _table.Capacity;

    /// <summary>
    /// Uses one permit of a partition. There is no queue: a refused caller, told when to retry, costs nothing until
    /// then.
    /// </summary>
    public QuotaLease Acquire(ulong partition)
    {
        var now = _time.GetTimestamp();
        var paidAt = _table.Advance(partition, now, _interval, now + _window);
        var excess = paidAt - (now + _window);
        return excess <= 0
            ? GetLease(CountRemaining(now, paidAt))
            : new QuotaLease(Policy, CountRemaining(now, paidAt - _interval), RoundUp(excess));
    }

    /// <summary>The permits that a partition has left.</summary>
    public int CountRemaining(ulong partition)
    {
        var now = _time.GetTimestamp();
        return CountRemaining(now, _table.Advance(partition, now, step: 0, end: long.MinValue));
    }

    /// <summary>Rounds up to the next 100 ns, so that a caller that waits as told finds its permit.</summary>
    private TimeSpan RoundUp(long timestamps) =>
        TimeSpan.FromTicks((long)((((Int128)timestamps * TimeSpan.TicksPerSecond) + _time.TimestampFrequency - 1) / _time.TimestampFrequency));

    private int CountRemaining(long now, long paidAt) => (int)((now + _window - paidAt) / _interval);

    /// <summary>
    /// A lease holds no resource, so callers with the same number of permits left can share it. Only leases of nearly
    /// full buckets are kept, because most callers have one.
    /// </summary>
    private QuotaLease GetLease(int remaining)
    {
        var used = _limit - remaining;
        return used < _leases.Length
            ? _leases[used] ??= new QuotaLease(Policy, remaining, retryAfter: null)
            : new QuotaLease(Policy, remaining, retryAfter: null);
    }
}
