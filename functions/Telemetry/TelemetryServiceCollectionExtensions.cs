using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Telemetry;

internal static class TelemetryServiceCollectionExtensions
{
    /// <summary>Metrics and spans for whoever listens, and OpenTelemetry to export them when there is somewhere to export to.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        // Without a place to send to, nothing of the SDK is loaded: a cold start would pay for it.
        var settings = TelemetrySettings.Read(configuration);
        if (settings.ConnectionString is not null || settings.HasOtlp)
        {
            services.AddTelemetryExport(settings);
        }

        return services;
    }
}
