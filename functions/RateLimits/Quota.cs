using System.Globalization;
using Gatehouse.Protection.Http;

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
    private readonly TimeSpan _timeToFill;
    private readonly QuotaLease?[] _leases;

    /// <param name="name">The name that callers see, in a structured field: visible ASCII without quotes.</param>
    /// <param name="options">The limit.</param>
    /// <param name="partitions">The number of distinct partitions, see <see cref="PartitionTable"/>.</param>
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

    /// <summary>The name that callers see.</summary>
    public string Name { get; }

    /// <summary>The <c>RateLimit-Policy</c> field (draft-ietf-httpapi-ratelimit-headers): permits and seconds.</summary>
    public string PolicyField { get; }

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
            : new QuotaLease(this, CountRemaining(now, paidAt - _interval), RoundUp(excess));
    }

    /// <summary>The permits that a partition has left.</summary>
    public int CountRemaining(ulong partition)
    {
        var now = _time.GetTimestamp();
        return CountRemaining(now, _table.Advance(partition, now, step: 0, end: long.MinValue));
    }

    /// <summary>
    /// The <c>RateLimit</c> field: <c>r</c> permits are left, and after at most <c>t</c> seconds all are available
    /// again.
    /// </summary>
    public string FormatRateLimit(int remaining)
    {
        var seconds = Math.Ceiling((_timeToFill * (_limit - remaining) / _limit).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";r={remaining};t={seconds}");
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
            ? _leases[used] ??= new QuotaLease(this, remaining, retryAfter: null)
            : new QuotaLease(this, remaining, retryAfter: null);
    }
}

/// <summary>The decision of a <see cref="RateLimits.Quota"/> on a request.</summary>
/// <param name="quota">The limit.</param>
/// <param name="remaining">The permits that are left.</param>
/// <param name="retryAfter">The time until there is a permit; null when one was granted.</param>
internal sealed class QuotaLease(Quota quota, int remaining, TimeSpan? retryAfter)
{
    public bool IsAcquired => retryAfter is null;

    public Quota Quota { get; } = quota;

    public int Remaining { get; } = remaining;

    /// <summary>The time until there is a permit; zero when one was granted.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter ?? TimeSpan.Zero;

    /// <summary>The <c>RateLimit</c> field of an answer.</summary>
    public string RateLimitField { get; } = quota.FormatRateLimit(remaining);

    /// <summary>The answer to a request that got no permit: 429 (RFC 6585 §4), with the time to retry.</summary>
    public Problem ToProblem()
    {
        // Rounded up, so that a caller that waits as told is let in.
        var seconds = Math.Ceiling(RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemType.TooManyRequests, $"The limit {Quota.Name} is used up. Try again in {seconds} s.")
            .With("Retry-After", seconds)
            .With("RateLimit-Policy", Quota.PolicyField)
            .With("RateLimit", RateLimitField);
    }
}
