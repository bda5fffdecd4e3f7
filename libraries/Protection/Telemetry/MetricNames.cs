using System.Diagnostics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// The names of the metrics. They never change, because alerts and dashboards use them; docs/telemetry.md explains
/// each. A feature keeps the names of its own metrics beside its code.
/// </summary>
internal static class MetricNames
{
    /// <summary>The meter that all metrics belong to.</summary>
    public const string Meter = "Gatehouse";

    public const string RequestDuration = "gatehouse.request.duration";
    public const string TokenVerifications = "gatehouse.token.verifications";
    public const string TokenVerificationDuration = "gatehouse.token.verification.duration";
    public const string RateLimited = "gatehouse.rate_limited";
    public const string DependencyDuration = "gatehouse.dependency.duration";
}

/// <summary>
/// The source of Gatehouse's spans. The worker's and the Azure SDK's own sources are not used: their names still
/// change, and the SDK's spans carry whole URLs, with row keys and query filters.
/// </summary>
internal static class Tracing
{
    /// <summary>The source. Without a listener, starting a span is cheap and gives null.</summary>
    public static readonly ActivitySource Source = new(MetricNames.Meter);
}
