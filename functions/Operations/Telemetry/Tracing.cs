using System.Diagnostics;

namespace Gatehouse.Operations.Telemetry;

/// <summary>
/// The source of Gatehouse's spans. Not the worker's own source nor the Azure SDK's: their names still change, and the
/// SDK's carry the URLs of table rows, whose keys are user names.
/// </summary>
internal static class Tracing
{
    /// <summary>Starting a span costs a look at a list, and gives null, while nobody listens.</summary>
    public static readonly ActivitySource Source = new(MetricNames.Meter);
}
