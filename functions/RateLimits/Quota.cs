using System.Globalization;
using Gatehouse.Protection.Http;

namespace Gatehouse.RateLimits;

/// <summary>
/// A limit for each partition, by the generic cell rate algorithm (ITU-T I.371): a bucket that fills evenly, whose whole
/// state is the one point in time at which it will be full again. It is written here because the limiters of
/// System.Threading.RateLimiting read the system's clock (dotnet/runtime issue 106447), and because their partitions
/// grow with the callers under one lock.
/// </summary>
internal sealed class Quota
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

    /// <summary>Takes one permit of a partition. No caller waits in a queue: one that is told when to come again costs nothing until then.</summary>
    public QuotaLease Acquire(ulong partition)
    {
        var now = _time.GetTimestamp();
        var paidAt = _table.Advance(partition, now, _interval, now + _window);
        var excess = paidAt - (now + _window);
        return excess <= 0
            ? GetLease(CountRemaining(now, paidAt))
            : new QuotaLease(this, CountRemaining(now, paidAt - _interval), RoundUp(excess));
    }

    /// <summary>How many permits a partition has left right now.</summary>
    public int CountRemaining(ulong partition)
    {
        var now = _time.GetTimestamp();
        return CountRemaining(now, _table.Advance(partition, now, step: 0, end: long.MinValue));
    }

    /// <summary>
    /// The <c>RateLimit</c> field: <c>r</c> permits are left, and after <c>t</c> seconds at the latest all are there again.
    /// </summary>
    public string FormatRateLimit(int remaining)
    {
        var seconds = Math.Ceiling((_timeToFill * (_limit - remaining) / _limit).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";r={remaining};t={seconds}");
    }

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

/// <summary>The answer of a <see cref="RateLimits.Quota"/>.</summary>
/// <param name="quota">The limit.</param>
/// <param name="remaining">How many more permits there are right now.</param>
/// <param name="retryAfter">How long until there is a permit; null when one was given.</param>
internal sealed class QuotaLease(Quota quota, int remaining, TimeSpan? retryAfter)
{
    public bool IsAcquired => retryAfter is null;

    public Quota Quota { get; } = quota;

    public int Remaining { get; } = remaining;

    /// <summary>How long until there is a permit; zero when one was given.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter ?? TimeSpan.Zero;

    /// <summary>The <c>RateLimit</c> field of an answer.</summary>
    public string RateLimitField { get; } = quota.FormatRateLimit(remaining);

    /// <summary>The answer to a request that got no permit: 429 (RFC 6585 §4), and when to come again.</summary>
    public Problem ToProblem()
    {
        // Rounded up: who comes when it is told to must be let in.
        var seconds = Math.Ceiling(RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemType.TooManyRequests, $"The limit {Quota.Name} is used up. Come again in {seconds} s.")
            .With("Retry-After", seconds)
            .With("RateLimit-Policy", Quota.PolicyField)
            .With("RateLimit", RateLimitField);
    }
}
