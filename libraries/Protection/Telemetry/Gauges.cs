using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Protection.Telemetry;

/// <summary>Metrics that are read when a listener asks for them, such as the age of a cached value.</summary>
internal static class Gauges
{
    /// <summary>Adds a gauge that reads a value from a service.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The metric.</param>
    /// <param name="unit">The unit, such as <c>s</c> (UCUM).</param>
    /// <param name="description">The description, in one sentence.</param>
    /// <param name="read">Reads the value; null when there is none.</param>
    public static IServiceCollection AddGauge<TService, TValue>(this IServiceCollection services, string name, string unit, string description, Func<TService, TValue?> read)
        where TService : notnull
        where TValue : struct
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, GaugeStart>());
        return services.AddSingleton(provider => new Gauge(meter =>
        {
            var service = provider.GetRequiredService<TService>();
            meter.CreateObservableGauge(name, () => read(service) is { } value ? [new Measurement<TValue>(value)] : Array.Empty<Measurement<TValue>>(), unit, description);
        }));
    }

    private sealed record Gauge(Action<Meter> Create);

    private sealed class GaugeStart(IEnumerable<Gauge> gauges, IMeterFactory meters) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            var meter = meters.Create(MetricNames.Meter);
            foreach (var gauge in gauges)
            {
                gauge.Create(meter);
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
