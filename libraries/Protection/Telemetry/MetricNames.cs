using System.Diagnostics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// The names of the metrics. Alerts and dashboards are written on them, so they stay; docs/telemetry.md says what each
/// one means. A feature keeps the names of its own metrics beside its code.
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
/// The source of Gatehouse's spans. Not the worker's own source nor the Azure SDK's: their names still change, and the
/// SDK's carry whole URLs, with the keys of table rows and the filters of queries in them.
/// </summary>
internal static class Tracing
{
    /// <summary>Starting a span costs a look at a list, and gives null, while nobody listens.</summary>
    public static readonly ActivitySource Source = new(MetricNames.Meter);
}
