using System.Diagnostics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// The source of Gatehouse's spans. Not the worker's own source nor the Azure SDK's: their names still change, and the
/// SDK's carry whole URLs, with the keys of table rows and the filters of queries in them.
/// </summary>
internal static class Tracing
{
    /// <summary>Starting a span costs a look at a list, and gives null, while nobody listens.</summary>
    public static readonly ActivitySource Source = new(MetricNames.Meter);
}
