using System.Globalization;
using System.Threading.RateLimiting;

namespace Gatehouse.RateLimits;

/// <summary>
/// A limit for each partition, by the generic cell rate algorithm (ITU-T I.371): a bucket that fills evenly, whose whole
/// state is the one point in time at which it will be full again. It is written here because the limiters of
/// System.Threading.RateLimiting read the system's clock (dotnet/runtime issue 106447), and because their partitions
/// grow with the callers under one lock.
/// </summary>
internal sealed class Quota : PartitionedRateLimiter<ulong>
{
    // The leases of callers that have used up to so many permits are made once and given out again.
    private const int MaxKeptLeases = 4096;

    private readonly PartitionTable _table;
    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly long _interval;
    private readonly long _window;
    private readonly TimeSpan _timeToFill;
    private readonly QuotaLease?[] _leases;

    /// <param name="name">Shown to callers: a structured field's string, so visible ASCII without quotes.</param>
    /// <param name="options">The limit.</param>
    /// <param name="partitions">How many partitions are told apart, see <see cref="PartitionTable"/>.</param>
    /// <param name="time">The clock.</param>
    public Quota(string name, RateLimitOptions options, int partitions, TimeProvider time)
    {
        Name = name;
        _table = new PartitionTable(partitions);
        _time = time;
        _limit = options.PermitLimit;
        _interval = (long)(options.Window.TotalSeconds * time.TimestampFrequency / _limit);
        _window = _interval * _limit;
        _timeToFill = options.Window;
        _leases = new QuotaLease?[Math.Min(_limit, MaxKeptLeases) + 1];
        PolicyField = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={_limit};w={Math.Ceiling(options.Window.TotalSeconds)}");
    }

    /// <summary>What callers know the limit by.</summary>
    public string Name { get; }

    /// <summary>The <c>RateLimit-Policy</c> field (draft-ietf-httpapi-ratelimit-headers): permits and seconds.</summary>
    public string PolicyField { get; }

    /// <summary>How many partitions are told apart.</summary>
    public int Capacity => _table.Capacity;

    /// <summary>One permit of a partition.</summary>
    public QuotaLease Acquire(ulong partition) => (QuotaLease)AttemptAcquire(partition);

    /// <summary>
    /// The <c>RateLimit</c> field: <c>r</c> permits are left, and after <c>t</c> seconds at the latest all are there again.
    /// </summary>
    public string FormatRateLimit(int remaining)
    {
        var seconds = Math.Ceiling((_timeToFill * (_limit - remaining) / _limit).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";r={remaining};t={seconds}");
    }

    public override RateLimiterStatistics GetStatistics(ulong resource)
    {
        var now = _time.GetTimestamp();
        var paidAt = _table.Advance(resource, now, step: 0, end: long.MinValue);
        return new RateLimiterStatistics { CurrentAvailablePermits = CountRemaining(now, paidAt) };
    }

    protected override RateLimitLease AttemptAcquireCore(ulong resource, int permitCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, _limit);
        var now = _time.GetTimestamp();
        var paidAt = _table.Advance(resource, now, permitCount * _interval, now + _window);
        var excess = paidAt - (now + _window);
        return excess <= 0
            ? GetLease(CountRemaining(now, paidAt))
            : new QuotaLease(this, CountRemaining(now, paidAt - (permitCount * _interval)), RoundUp(excess));
    }

    /// <summary>Nobody waits in a queue: a caller that is told when to come again costs nothing until then.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(ulong resource, int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(resource, permitCount));

    /// <summary>Up to the next 100 ns: who comes when it is told to must find its permit.</summary>
    private TimeSpan RoundUp(long timestamps) =>
        TimeSpan.FromTicks((long)((((Int128)timestamps * TimeSpan.TicksPerSecond) + _time.TimestampFrequency - 1) / _time.TimestampFrequency));

    private int CountRemaining(long now, long paidAt) => (int)((now + _window - paidAt) / _interval);

    /// <summary>
    /// A lease holds nothing that must be given back, so callers with the same number of permits left can share it. Kept
    /// are those of a bucket that is nearly full, which most callers' is.
    /// </summary>
    private QuotaLease GetLease(int remaining)
    {
        var used = _limit - remaining;
        return used < _leases.Length
            ? _leases[used] ??= new QuotaLease(this, remaining, retryAfter: null)
            : new QuotaLease(this, remaining, retryAfter: null);
    }
}
