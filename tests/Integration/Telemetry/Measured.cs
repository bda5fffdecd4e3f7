using System.Diagnostics.Metrics;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What one host has measured, beside all other hosts of the test run.</summary>
internal static class Measured
{
    /// <summary>Listens to one metric of a host from now on.</summary>
    public static MetricCollector<T> Listen<T>(this GatehouseHost host, string metric)
        where T : struct =>
        new(host.Services.GetRequiredService<IMeterFactory>(), MetricNames.Meter, metric, host.Time);

    /// <summary>Each measurement as its attributes, such as <c>function=Live status_code=200</c>.</summary>
    public static IEnumerable<string> Attributes<T>(this MetricCollector<T> metric)
        where T : struct =>
        metric.GetMeasurementSnapshot().Select(Describe);

    /// <summary>The sum of a counter.</summary>
    public static long Total(this MetricCollector<long> metric) => metric.GetMeasurementSnapshot().Sum(static measurement => measurement.Value);

    /// <summary>The last value of a gauge.</summary>
    public static T? ReadGauge<T>(this MetricCollector<T> metric)
        where T : struct
    {
        metric.RecordObservableInstruments();
        return metric.LastMeasurement?.Value;
    }

    private static string Describe<T>(CollectedMeasurement<T> measurement)
        where T : struct =>
        string.Join(' ', measurement.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}"));
}
