using Azure.Core;
using Azure.Core.Pipeline;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Azure;

/// <summary>
/// Measures what a client of the Azure SDK sends. It goes into the client's options at
/// <see cref="HttpPipelinePosition.PerCall"/>: one call is measured with all its tries, as the request feels it.
/// </summary>
/// <param name="meter">The service that the client talks to.</param>
internal sealed class DependencyPolicy(DependencyMeter meter) : HttpPipelinePolicy
{
    /// <summary>The policy for the clients of one service.</summary>
    /// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
    /// <param name="services">Has the metrics.</param>
    public static DependencyPolicy For(string dependency, IServiceProvider services) =>
        new(new DependencyMeter(dependency, services.GetRequiredService<GatehouseMetrics>()));

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var call = meter.Begin(DependencyOperation.Of(message.Request));
        try
        {
            ProcessNext(message, pipeline);
            call.End(DependencyOutcome.Of(message.Response.Status));
        }
        catch (Exception exception)
        {
            call.End(Explain(exception, message));
            throw;
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var call = meter.Begin(DependencyOperation.Of(message.Request));
        try
        {
            await ProcessNextAsync(message, pipeline);
            call.End(DependencyOutcome.Of(message.Response.Status));
        }
        catch (Exception exception)
        {
            call.End(Explain(exception, message));
            throw;
        }
    }

    // A time-out of the client is cancelled too, but by nobody who asked.
    private static string Explain(Exception exception, HttpMessage message) =>
        exception is OperationCanceledException && message.CancellationToken.IsCancellationRequested
            ? DependencyOutcome.Cancelled
            : DependencyOutcome.Unreachable;
}
