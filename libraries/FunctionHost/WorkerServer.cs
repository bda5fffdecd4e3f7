using Gatehouse.FunctionHost.Protocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.FunctionHost;

/// <summary>The two servers of the Functions host: gRPC for the worker, HTTP for the callers.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    // The real host whose behavior this one has; the worker only reports it.
    private const string HostVersion = "4.1037.0";

    private readonly WebApplication _grpc;
    private AspNetCoreServer? _app;
    private WebApplication? _front;

    private WorkerServer(WebApplication grpc, WorkerChannel channel)
    {
        _grpc = grpc;
        Channel = channel;
    }

    public WorkerChannel Channel { get; }

    /// <summary>The address that the worker connects to.</summary>
    public Uri Endpoint => new(_grpc.Urls.First());

    /// <summary>The address that takes HTTP requests.</summary>
    public Uri Url => new(_front!.Urls.First());

    /// <summary>Whether the app takes its requests by an HTTP server of its own.</summary>
    public bool UsesAspNetCore { get; private set; }

    public IReadOnlyList<LoadedFunction> Functions { get; private set; } = [];

    /// <summary>Starts the server that the worker connects to.</summary>
    public static async Task<WorkerServer> StartAsync()
    {
        var channel = new WorkerChannel();
        var builder = Loopback.CreateBuilder(HttpProtocols.Http2);
        builder.Services.AddSingleton(channel);
        builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null);
        var grpc = builder.Build();
        grpc.MapGrpcService<WorkerChannel>();
        await grpc.StartAsync();
        return new WorkerServer(grpc, channel);
    }

    /// <summary>Waits for the worker and loads its functions.</summary>
    /// <param name="folder">The folder of the app.</param>
    /// <exception cref="InvalidOperationException">The worker refused a step.</exception>
    public async Task LoadAsync(string folder)
    {
        await Channel.Connection;
        var initialized = await Channel.AskAsync(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = HostVersion, FunctionAppDirectory = folder } });
        Check(initialized.WorkerInitResponse.Result, "The worker can't be initialized");
        UsesAspNetCore = initialized.WorkerInitResponse.Capabilities.ContainsKey(AspNetCoreServer.Capability);
        var indexed = await Channel.AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } });
        Check(indexed.FunctionMetadataResponse.Result, "The worker can't list its functions");

        var functions = new List<LoadedFunction>();
        foreach (var metadata in indexed.FunctionMetadataResponse.FunctionMetadataResults)
        {
            var load = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
            var loaded = await Channel.AskAsync(new StreamingMessage { FunctionLoadRequest = load });
            Check(loaded.FunctionLoadResponse.Result, $"The worker can't load the function {metadata.Name}");
            functions.Add(LoadedFunction.Create(metadata));
        }

        Functions = functions;
    }

    /// <summary>Starts the server that takes HTTP requests.</summary>
    /// <param name="folder">The folder of the app, where its host.json is.</param>
    /// <param name="settings">The app settings, of which the host reads one itself.</param>
    /// <param name="app">The app's own server, if it has one. This object disposes it.</param>
    public async Task StartFrontAsync(string folder, IEnumerable<KeyValuePair<string, string?>> settings, AspNetCoreServer? app = null)
    {
        _app = app;
        _front = await new HttpFront(Channel, app).StartAsync(Functions.Where(static function => function.IsHttp), RoutePrefix.Read(folder), settings);
    }

    /// <summary>Ends the requests that are under way and takes no more.</summary>
    public async Task StopFrontAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        _app?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopFrontAsync();
        Channel.Complete();
        await _grpc.DisposeAsync();
    }

    private static void Check(StatusResult result, string failure)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"{failure}: {result.Exception?.Message}");
        }
    }
}
