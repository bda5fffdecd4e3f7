using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>Takes what is sent to Application Insights: lines of JSON, compressed.</summary>
internal sealed class IngestionServer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _lines = [];

    private IngestionServer(WebApplication web) => _web = web;

    public string ConnectionString => $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={_web.Urls.First()}/";

    /// <summary>Every byte that came.</summary>
    public string Raw => string.Join('\n', _lines);

    public static async Task<IngestionServer> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var server = new IngestionServer(builder.Build());
        server._web.Run(server.TakeAsync);
        await server._web.StartAsync();
        return server;
    }

    /// <summary>The items of one kind, such as <c>RequestData</c>, of one trace or of none.</summary>
    public IEnumerable<JsonElement> Items(string kind, string? trace = null) =>
        from line in _lines
        let item = JsonDocument.Parse(line).RootElement
        where item.GetProperty("data").GetProperty("baseType").GetString() == kind
        where trace is null || (item.GetProperty("tags").TryGetProperty("ai.operation.id", out var id) && id.GetString() == trace)
        select item.GetProperty("data").GetProperty("baseData");

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        using var reader = new StreamReader(body);
        var count = 0;
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            if (line.Length > 0)
            {
                _lines.Enqueue(line);
                count++;
            }
        }

        await context.Response.WriteAsJsonAsync(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<object>() }, context.RequestAborted);
    }
}
