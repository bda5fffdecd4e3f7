using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A client's own server, which publishes its keys.</summary>
internal sealed class JwksServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private volatile string _keys = """{"keys":[]}""";
    private int _reads;

    public JwksServer()
    {
        var builder = LoopbackServer.CreateBuilder();
        _server = builder.Build();
        _server.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _reads);
            return IsAway ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Content(_keys, "application/json");
        });
    }

    public Uri Url => new(new Uri(_server.Urls.First()), "/keys");

    /// <summary>How often the keys were asked for.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Whether it answers with errors.</summary>
    public bool IsAway { get; set; }

    public Task StartAsync() => _server.StartAsync(TestContext.Current.CancellationToken);

    public void Publish(JsonObject key) => _keys = new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
