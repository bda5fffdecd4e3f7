using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>Takes what is exported by OTLP over HTTP (opentelemetry.io/docs/specs/otlp), and keeps it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];

    private OtlpCollector(WebApplication web) => _web = web;

    public Uri Uri => new(_web.Urls.First());

    public IEnumerable<ExportedSpan> Spans => Read("/v1/traces").Select(static scoped => new ExportedSpan(scoped.Item));

    /// <summary>The last state of each metric.</summary>
    public IEnumerable<ExportedMetric> Metrics =>
        Read("/v1/metrics").Select(static scoped => new ExportedMetric(scoped.Item)).GroupBy(static metric => metric.Name).Select(static states => states.Last());

    public IEnumerable<ExportedLog> Logs => Read("/v1/logs").Select(static scoped => new ExportedLog(scoped.Scope, scoped.Item));

    /// <summary>Every byte that came, in any of the three.</summary>
    public string Raw => string.Join('\n', _received.Select(static received => Encoding.UTF8.GetString(received.Body)));

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var collector = new OtlpCollector(builder.Build());
        collector._web.Run(collector.TakeAsync);
        await collector._web.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    // All three signals have one shape: a request of resources, a resource of scopes, a scope of items.
    private IEnumerable<(string Scope, ProtoMessage Item)> Read(string path) =>
        from received in _received
        where received.Path == path
        from resource in new ProtoMessage(received.Body).All(1)
        from scope in resource.All(2)
        from item in scope.All(2)
        select (scope.All(1).Single().Text(1), item);

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path.Value!, body.ToArray()));

        // An empty message: everything was taken.
        context.Response.ContentType = "application/x-protobuf";
    }
}
