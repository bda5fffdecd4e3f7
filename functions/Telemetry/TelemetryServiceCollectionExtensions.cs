using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Telemetry;

internal static class TelemetryServiceCollectionExtensions
{
    /// <summary>The log category of the audit log.</summary>
    public const string AuditCategory = "Gatehouse.Audit";

    /// <summary>Adds OpenTelemetry if an exporter is configured.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        // Without an exporter the SDK is not loaded, because it would slow down a cold start.
        var settings = TelemetrySettings.Read(configuration);
        if (settings.ConnectionString is not null || settings.HasOtlp)
        {
            services.AddTelemetryExport(settings);
        }

        if (settings.AuditConnectionString is { } audit)
        {
            services.AddLogExport(AuditCategory, audit, settings.Identity);
        }

        return services;
    }
}
