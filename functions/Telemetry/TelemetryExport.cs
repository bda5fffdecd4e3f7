using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Gatehouse.Protection.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Gatehouse.Telemetry;

/// <summary>Sends metrics, spans and logs to Application Insights, to an OTLP endpoint, or both.</summary>
internal static class TelemetryExport
{
    private const string ServiceName = "gatehouse";

    public static void AddTelemetryExport(this IServiceCollection services, TelemetrySettings settings)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithMetrics(static metrics => metrics.AddMeter(MetricNames.Meter))
            .WithTracing(static tracing => tracing.AddSource(Tracing.Source.Name))
            .WithLogging(static _ => { }, static logs => logs.IncludeFormattedMessage = true);
        if (settings.HasOtlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (settings.ConnectionString is not null)
        {
            // Called without an argument, because the overload with one does not read OTEL_TRACES_SAMPLER.
            telemetry.UseAzureMonitorExporter();
            services.Configure<AzureMonitorExporterOptions>(options => Configure(options, settings.ConnectionString, settings.Identity));
        }

        // Tells the Functions host that the worker exports its own logs; otherwise the host would export them a
        // second time. The worker's OpenTelemetry package does this too, but adds the worker's own spans, which
        // duplicate ours.
        services.Configure<WorkerOptions>(static worker => worker.Capabilities["WorkerOpenTelemetryEnabled"] = bool.TrueString);
    }

    /// <summary>Sends one category of the logs to an Application Insights resource of its own.</summary>
    public static void AddLogExport(this IServiceCollection services, string category, string connectionString, TelemetryIdentity? identity) =>
        services.AddSingleton<ILoggerProvider>(_ => new OneCategory(category, LoggerFactory.Create(logging => logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource);
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.AddAzureMonitorLogExporter(options => Configure(options, connectionString, identity));
        }))));

    private static void Configure(AzureMonitorExporterOptions options, string? connectionString, TelemetryIdentity? identity)
    {
        options.ConnectionString = connectionString;
        options.Credential = CreateCredential(identity);

        // Logs of requests whose trace was not sampled are kept, because the audit log is among them.
        options.EnableTraceBasedLogsSampler = false;

        // Live metrics would poll for listeners every few seconds from each instance.
        options.EnableLiveMetrics = false;
    }

    private static ManagedIdentityCredential? CreateCredential(TelemetryIdentity? identity) => identity switch
    {
        null => null,
        { ClientId: { } clientId } => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId)),
        _ => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
    };

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are applied last, so they take precedence.
    private static void Describe(ResourceBuilder resource)
    {
        var app = Environment.GetEnvironmentVariable("WEBSITE_SITE_NAME");
        var instance = Environment.GetEnvironmentVariable("WEBSITE_INSTANCE_ID");
        var version = typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        resource
            .AddService(app ?? ServiceName, serviceVersion: version, autoGenerateServiceInstanceId: false, serviceInstanceId: instance ?? Environment.MachineName)
            .AddEnvironmentVariableDetector();
    }

    // Disposing the factory sends what is left.
    private sealed class OneCategory(string category, ILoggerFactory inner) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => categoryName == category ? inner.CreateLogger(categoryName) : NullLogger.Instance;

        public void Dispose() => inner.Dispose();
    }
}
