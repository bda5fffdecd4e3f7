using System.Text.Json;
using Gatehouse.Local.Functions;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Worker.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>
/// Stands in for the Azure Functions host: starts the function app on the real worker, asks it for its functions over
/// gRPC, routes HTTP requests to them and answers with what they return.
/// </summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private const string HostVersion = "4.1046.100";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WebApplication _grpc;
    private readonly WorkerChannel _channel;
    private readonly WorkerProcess _process;
    private WebApplication? _front;

    private WorkerHost(WebApplication grpc, WorkerChannel channel, WorkerProcess process)
    {
        _grpc = grpc;
        _channel = channel;
        _process = process;
    }

    /// <summary>Where it takes HTTP requests.</summary>
    public Uri Url => new(_front!.Urls.First());

    /// <summary>The functions that the worker has loaded, by the names of their <c>[Function]</c> attributes.</summary>
    public IReadOnlyList<string> Functions { get; private set; } = [];

    /// <summary>What the worker can do, as it says itself.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>Everything that the worker's process has written or sent to be logged.</summary>
    public string Log => string.Join('\n', _process.Output.Append(_process.Errors).Concat(_channel.Logs.Select(static log => $"{log.Category}: {log.Message} {log.Exception?.Message} {log.Exception?.StackTrace}")));

    /// <summary>Starts the function app, and waits until it can be called.</summary>
    /// <param name="settings">Its app settings, by the names that they have in Azure (<c>Tokens__Issuer</c>).</param>
    public static async Task<WorkerHost> StartAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var channel = new WorkerChannel();
        var builder = LoopbackServer.CreateBuilder(protocols: HttpProtocols.Http2);
        builder.Services.AddSingleton(channel);
        builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null);
        var grpc = builder.Build();
        grpc.MapGrpcService<WorkerChannel>();
        await grpc.StartAsync();

        var workerId = Guid.NewGuid().ToString();
        var host = new WorkerHost(grpc, channel, WorkerProcess.Start(new Uri(grpc.Urls.First()), workerId, settings));
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            Assert.Equal(workerId, await channel.Connection.WaitAsync(patience.Token));
            await host.InitializeAsync(patience.Token);
            return host;
        }
        catch (Exception exception)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException($"The worker can't be used. {host.Log}", exception);
        }
    }

    /// <summary>Asks the worker to stop, as the host does when an instance is taken away, and waits for the end of its process.</summary>
    public Task<ProcessResult> StopAsync()
    {
        _channel.Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });
        return _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        await _process.DisposeAsync();
        await _grpc.DisposeAsync();
    }

    private static void AssertSuccess(StatusResult result) =>
        Assert.True(result.Status == StatusResult.Types.Status.Success, $"{result.Exception?.Message} {result.Exception?.StackTrace}");

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var initialized = await _channel.AskAsync(
            new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = HostVersion, FunctionAppDirectory = WorkerProcess.AppFolder } },
            cancellationToken);
        AssertSuccess(initialized.WorkerInitResponse.Result);
        Capabilities = initialized.WorkerInitResponse.Capabilities;

        var indexed = await _channel.AskAsync(
            new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = WorkerProcess.AppFolder } },
            cancellationToken);
        AssertSuccess(indexed.FunctionMetadataResponse.Result);

        var front = LoopbackServer.CreateBuilder().Build();
        front.UseFunctionsHostEdge();
        var functions = indexed.FunctionMetadataResponse.FunctionMetadataResults;
        foreach (var (order, function) in functions.OrderBy(static function => function.Name, StringComparer.OrdinalIgnoreCase).Index())
        {
            var loaded = await _channel.AskAsync(
                new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } },
                cancellationToken);
            AssertSuccess(loaded.FunctionLoadResponse.Result);
            MapFunction(front, function, order);
        }

        Functions = [.. functions.Select(static function => function.Name)];
        await front.StartAsync(cancellationToken);
        _front = front;
    }

    private void MapFunction(WebApplication front, RpcFunctionMetadata function, int order)
    {
        var trigger = function.RawBindings.Select(static binding => JsonElement.Parse(binding)).Single(static binding => binding.GetProperty("type").GetString() == "httpTrigger");
        Assert.Equal("Anonymous", trigger.GetProperty("authLevel").GetString(), ignoreCase: true);
        var name = trigger.GetProperty("name").GetString()!;

        // Routes are tried in the order of the functions' names. The methods are a part of the route: a request with
        // another one goes on to the next route that takes it.
        var route = front.Map("/" + trigger.GetProperty("route").GetString(), http => HandleAsync(http, function.FunctionId, name));
        route.Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = order);
        if (trigger.TryGetProperty("methods", out var methods))
        {
            route.WithMetadata(new HttpMethodMetadata(methods.EnumerateArray().Select(static method => method.GetString()!.ToUpperInvariant())));
        }
    }

    private async Task HandleAsync(HttpContext http, string function, string trigger)
    {
        var invocation = await WorkerHttp.ReadAsync(http.Request, function, trigger, http.RequestAborted);
        var answer = await _channel.AskAsync(new StreamingMessage { InvocationRequest = invocation }, http.RequestAborted);
        await WorkerHttp.WriteAsync(answer.InvocationResponse, http.Response);
    }
}
