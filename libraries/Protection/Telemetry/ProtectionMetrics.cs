using System.Diagnostics.Metrics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// Counts and times requests, verifications and calls. It costs next to nothing without a listener, and allocates
/// nothing for a request with one. An attribute has one of a few known values, never a value from a caller, because
/// each combination of values is a billed series. docs/telemetry.md explains each metric.
/// </summary>
internal sealed class ProtectionMetrics
{
    private const string Seconds = "s";
    private const int TooManyRequests = 429;

    // A signature check takes tens of microseconds, a remembered token less than one; the SDK's default buckets begin
    // at 5 seconds.
    private static readonly InstrumentAdvice<double> Microseconds = new()
    {
        HistogramBucketBoundaries = [0.000_001, 0.000_002, 0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 1, 5],
    };

    // The buckets of the semantic conventions for HTTP.
    private static readonly InstrumentAdvice<double> Milliseconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    // Boxing a value would allocate memory for each request.
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
        _tokenVerifications = meter.CreateCounter<long>(MetricNames.TokenVerifications, "{verification}", "Access tokens verified, by outcome.");
        _tokenVerificationDuration = meter.CreateHistogram(MetricNames.TokenVerificationDuration, Seconds, "How long the verification of an access token took.", advice: Microseconds);
        _rateLimited = meter.CreateCounter<long>(MetricNames.RateLimited, "{request}", "Requests answered with 429.");
        _dependencyDuration = meter.CreateHistogram(MetricNames.DependencyDuration, Seconds, "How long calls to storage and Key Vault took, with their retries.", advice: Milliseconds);
    }

    /// <summary>The current timestamp, for measuring a duration.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>The time since a <see cref="Now"/>.</summary>
    public TimeSpan ElapsedSince(long started) => _time.GetElapsedTime(started);

    /// <param name="function">The name of the function.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    /// <param name="started">The <see cref="Now"/> at the start of the request.</param>
    public void RequestAnswered(string function, int status, long started)
    {
        if (_requestDuration.Enabled)
        {
            _requestDuration.Record(SecondsSince(started), new("function", function), new("status_code", Box(status)));
        }

        // Only rate limits answer with this status.
        if (status == TooManyRequests)
        {
            _rateLimited.Add(1, new KeyValuePair<string, object?>("function", function));
        }
    }

    /// <param name="outcome"><c>accepted</c>, or the reason of the rejection.</param>
    /// <param name="remembered">Whether the token was verified before, so that no signature check was needed.</param>
    /// <param name="started">The <see cref="Now"/> at the start.</param>
    public void TokenVerified(string outcome, bool remembered, long started)
    {
        _tokenVerifications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (_tokenVerificationDuration.Enabled)
        {
            _tokenVerificationDuration.Record(SecondsSince(started), new KeyValuePair<string, object?>("remembered", remembered ? True : False));
        }
    }

    /// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
    /// <param name="operation">The kind of call, without keys and names of data.</param>
    /// <param name="outcome">One of <see cref="DependencyOutcome"/>.</param>
    /// <param name="started">The <see cref="Now"/> at the start.</param>
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
