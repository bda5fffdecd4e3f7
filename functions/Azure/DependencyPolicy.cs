using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Azure;

/// <summary>
/// Measures the calls of an Azure SDK client. Add it to the client's options at
/// <see cref="HttpPipelinePosition.PerCall"/>, so that a call is measured with its retries.
/// </summary>
/// <param name="meter">The service that the client talks to.</param>
internal sealed class DependencyPolicy(DependencyMeter meter) : HttpPipelinePolicy
{
    /// <summary>The policy for the clients of one service.</summary>
    /// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
    /// <param name="services">The services, with the metrics.</param>
    public static DependencyPolicy For(string dependency, IServiceProvider services) =>
        new(new DependencyMeter(dependency, services.GetRequiredService<ProtectionMetrics>()));

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

    // The client's own time-out cancels too, but then the caller's token is not canceled.
    private static string Explain(Exception exception, HttpMessage message) =>
        exception is OperationCanceledException && message.CancellationToken.IsCancellationRequested
            ? DependencyOutcome.Cancelled
            : DependencyOutcome.Unreachable;
}

/// <summary>
/// Names the operation of a request to an Azure service: the method and the kind of resource. Keys and filters are
/// left out: each would be a series of its own, and they hold personal data.
/// </summary>
internal static partial class DependencyOperation
{
    // Bounded by methods times tables: a dozen or two.
    private static readonly ConcurrentDictionary<(string Method, string Resource), string> Names = new();

    public static string Of(Request request) => Of(request.Method.Method, request.Uri.Path);

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path of the URL, with or without a leading slash.</param>
    public static string Of(string method, string path) =>
        Names.GetOrAdd((method, FindResource(path)), static key => $"{key.Method} {key.Resource}");

    private static string FindResource(string path)
    {
        var trimmed = path.AsSpan().Trim('/');

        // Key Vault: secrets/{name}, secrets/{name}/{version}, secrets/{name}/versions.
        if (trimmed.StartsWith("secrets/", StringComparison.Ordinal))
        {
            return trimmed.EndsWith("/versions", StringComparison.Ordinal) ? "secret versions" : "secret";
        }

        // Tables: {table}(PartitionKey='…',RowKey='…'), {table}(), $batch, Tables('…'); an emulator puts the account
        // name before them.
        var keys = trimmed.IndexOf('(');
        var resource = keys < 0 ? trimmed : trimmed[..keys];
        resource = resource[(resource.LastIndexOf('/') + 1)..];
        return resource is "$batch" ? "batch"
            : TableName().IsMatch(resource) ? resource.ToString()
            : FeedBlob().IsMatch(resource) ? "Revocations"
            : "other";
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    private static partial Regex TableName();

    // The blobs of the revocation feed: {container}/{number}.
    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex FeedBlob();
}
