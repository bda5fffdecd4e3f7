using System.Diagnostics.Metrics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// Counts and times what happens. Costs next to nothing while nobody listens, and no memory for a request when somebody
/// does. An attribute takes one of a few known values, never something that a caller sent: each combination of values is
/// a series that is paid for. docs/telemetry.md says what each metric means.
/// </summary>
internal sealed class ProtectionMetrics
{
    private const string Seconds = "s";
    private const int TooManyRequests = 429;

    // Signature checks take tens of microseconds, remembered tokens less than one; the SDK's own buckets begin at 5 seconds.
    private static readonly InstrumentAdvice<double> Microseconds = new()
    {
        HistogramBucketBoundaries = [0.000_001, 0.000_002, 0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 1, 5],
    };

    // The buckets of the semantic conventions for HTTP.
    private static readonly InstrumentAdvice<double> Milliseconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    // A value in a box would be memory for each request.
    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(static status => (object)status)];

    private readonly TimeProvider _time;
    private readonly Histogram<double> _requestDuration;
    private readonly Counter<long> _tokenVerifications;
    private readonly Histogram<double> _tokenVerificationDuration;
    private readonly Counter<long> _rateLimited;
    private readonly Histogram<double> _dependencyDuration;

    public ProtectionMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MetricNames.Meter);
        _requestDuration = meter.CreateHistogram(MetricNames.RequestDuration, Seconds, "How long requests took.", advice: Milliseconds);
        _tokenVerifications = meter.CreateCounter<long>(MetricNames.TokenVerifications, "{verification}", "Access tokens that were looked at, by verdict.");
        _tokenVerificationDuration = meter.CreateHistogram(MetricNames.TokenVerificationDuration, Seconds, "How long a verdict on an access token took.", advice: Microseconds);
        _rateLimited = meter.CreateCounter<long>(MetricNames.RateLimited, "{request}", "Requests answered with 429.");
        _dependencyDuration = meter.CreateHistogram(MetricNames.DependencyDuration, Seconds, "How long calls to storage and Key Vault took, with their retries.", advice: Milliseconds);
    }

    /// <summary>A moment to measure from.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>The time since a <see cref="Now"/>.</summary>
    public TimeSpan ElapsedSince(long started) => _time.GetElapsedTime(started);

    /// <param name="function">The name of the function.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    /// <param name="started">The <see cref="Now"/> when the request came.</param>
    public void RequestAnswered(string function, int status, long started)
    {
        if (_requestDuration.Enabled)
        {
            _requestDuration.Record(SecondsSince(started), new("function", function), new("status_code", Box(status)));
        }

        // Whichever limit it was: nothing else answers with this status.
        if (status == TooManyRequests)
        {
            _rateLimited.Add(1, new KeyValuePair<string, object?>("function", function));
        }
    }

    /// <param name="outcome"><c>accepted</c>, or the reason of the rejection.</param>
    /// <param name="remembered">Whether it was verified before, so that no signature had to be checked.</param>
    /// <param name="started">The <see cref="Now"/> before.</param>
    public void TokenVerified(string outcome, bool remembered, long started)
    {
        _tokenVerifications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (_tokenVerificationDuration.Enabled)
        {
            _tokenVerificationDuration.Record(SecondsSince(started), new KeyValuePair<string, object?>("remembered", remembered ? True : False));
        }
    }

    /// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
    /// <param name="operation">What was asked for, without keys and names of what it was asked about.</param>
    /// <param name="outcome">One of <see cref="DependencyOutcome"/>.</param>
    /// <param name="started">The <see cref="Now"/> before.</param>
    public void DependencyCalled(string dependency, string operation, string outcome, long started)
    {
        if (_dependencyDuration.Enabled)
        {
            _dependencyDuration.Record(SecondsSince(started), new("dependency", dependency), new("operation", operation), new("outcome", outcome));
        }
    }

    private static object Box(int status) => (uint)status < (uint)Statuses.Length ? Statuses[status] : status;

    private double SecondsSince(long started) => ElapsedSince(started).TotalSeconds;
}
