namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A metric as it arrived at the collector.</summary>
/// <param name="Message">A <c>Metric</c> of opentelemetry/proto/metrics/v1.</param>
internal sealed record ExportedMetric(ProtoMessage Message)
{
    private const int Gauge = 5;
    private const int Sum = 7;
    private const int Histogram = 9;

    public string Name { get; } = Message.Text(1);

    public string Unit { get; } = Message.Text(3);

    public string Kind { get; } = Message.Has(Gauge) ? "gauge" : Message.Has(Sum) ? "counter" : Message.Has(Histogram) ? "histogram" : "unknown";

    /// <summary>The names of the attributes, in order, over all points.</summary>
    public IEnumerable<string> AttributeNames
    {
        get
        {
            var attributes = Message.Has(Histogram) ? 9 : 7;
            return new[] { Gauge, Sum, Histogram }
                .SelectMany(Message.All)
                .SelectMany(static data => data.All(1))
                .SelectMany(point => point.All(attributes))
                .Select(static attribute => attribute.Text(1))
                .Distinct()
                .Order(StringComparer.Ordinal);
        }
    }
}
