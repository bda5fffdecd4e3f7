using System.Text.Json;
using Gatehouse.FunctionHost.Protocol;
using Google.Protobuf;

namespace Gatehouse.FunctionHost;

/// <summary>
/// Plays the Azure Functions host for an unmodified isolated function app inside the test process. The app's own entry point
/// runs on a thread of its own, and its worker speaks the same protocol to this host as to the real one.
/// </summary>
public sealed class FunctionHost : IAsyncDisposable
{
    private readonly WorkerServer _server;
    private readonly FunctionApp _app;
    private readonly FunctionHostOptions _options;
    private HttpClient? _client;

    private FunctionHost(WorkerServer server, FunctionApp app, FunctionHostOptions options)
    {
        _server = server;
        _app = app;
        _options = options;
    }

    /// <summary>The address that takes HTTP requests.</summary>
    public Uri Url => _server.Url;

    /// <summary>A client as <see cref="CreateClient"/> makes it. This host disposes it.</summary>
    public HttpClient Client => _client ??= CreateClient();

    /// <summary>The services of the app.</summary>
    public IServiceProvider Services => _app.Services!;

    /// <summary>The names of the loaded functions.</summary>
    public IReadOnlyList<string> Functions => [.. _server.Functions.Select(static function => function.Name)];

    /// <summary>The log records that the app has sent so far. Those that an invocation wrote precede its answer.</summary>
    public IReadOnlyList<FunctionLog> Logs => _server.Channel.Logs;

    /// <summary>Starts a function app and loads its functions. Starts in one process take turns; the started hosts run side by side.</summary>
    /// <typeparam name="TEntryPoint">A type of the app's assembly, usually <c>Program</c>.</typeparam>
    /// <param name="configure">Sets the options.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InvalidOperationException">The app ended at its start, and the inner exception is its own; or the worker can't load a function.</exception>
    /// <exception cref="TimeoutException">The app did not start within <see cref="FunctionHostOptions.StartTimeout"/>.</exception>
    public static async Task<FunctionHost> StartAsync<TEntryPoint>(Action<FunctionHostOptions>? configure = null, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var options = new FunctionHostOptions();
        configure?.Invoke(options);
        var assembly = typeof(TEntryPoint).Assembly;
        var folder = Path.GetDirectoryName(assembly.Location)!;

        using var process = await ProcessState.TakeAsync(assembly, folder, options.EnvironmentName, cancellationToken);
        var server = await WorkerServer.StartAsync();
        FunctionApp? app = null;
        try
        {
            var settings = options.ReadSettings(server.Endpoint);
            app = FunctionApp.Start(assembly, [.. settings.Select(static setting => $"--{setting.Key}={setting.Value}")], builder => builder
                .ConfigureAppConfiguration((_, configuration) => configuration.AddInMemoryCollection(settings))
                .ConfigureServices(options.Apply));
            await app.RunUntilAsync(LoadAsync(server, app, folder)).WaitAsync(options.StartTimeout, options.Time, cancellationToken);
            await server.StartFrontAsync(folder, settings, server.UsesAspNetCore ? AspNetCoreServer.Open(app.Services!) : null);
            return new FunctionHost(server, app, options);
        }
        catch (Exception exception)
        {
            await (app?.StopAsync(options.StopTimeout, options.Time) ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await server.DisposeAsync();
            if (exception is TimeoutException)
            {
                throw new TimeoutException($"{assembly.GetName().Name} did not start within {options.StartTimeout}. Its entry point must build and run a host with the isolated worker.", exception);
            }

            throw;
        }
    }

    /// <summary>A client whose base address is <see cref="Url"/>. It follows no redirects and keeps no cookies. The caller disposes it.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Url };

    /// <summary>Invokes a function that is not triggered by HTTP, such as one with a timer, queue or blob trigger.</summary>
    /// <param name="function">The name of its <c>[Function]</c> attribute.</param>
    /// <param name="data">
    /// The data of the trigger: a string as it is, bytes as they are, any other object as JSON. Null sends nothing, except that a timer is told that it is due.
    /// </param>
    /// <param name="metadata">The values that other parameters bind by name, such as the <c>name</c> of a blob or the <c>DequeueCount</c> of a message.</param>
    /// <param name="cancellationToken">Cancels the invocation, as the host does when it stops.</param>
    /// <exception cref="ArgumentException">There is no such function, or HTTP triggers it.</exception>
    /// <exception cref="InvalidOperationException">The function failed. The message holds its exception with the stack trace.</exception>
    /// <exception cref="OperationCanceledException">The invocation was canceled.</exception>
    public async Task<InvocationResult> InvokeAsync(
        string function, object? data = null, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var loaded = Find(function);
        var invocation = new InvocationRequest { InvocationId = Guid.NewGuid().ToString(), FunctionId = loaded.Id, TraceContext = new RpcTraceContext() };
        invocation.InputData.Add(new ParameterBinding { Name = loaded.TriggerName, Data = Write(data ?? (loaded.IsTimer ? new { IsPastDue = false } : null)) });
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            invocation.TriggerMetadata.Add(name, new TypedData { String = value });
        }

        await using var cancellation = cancellationToken.Register(() => _server.Channel.Cancel(invocation.InvocationId));
        var response = (await _server.Channel.AskAsync(new StreamingMessage { InvocationRequest = invocation })).InvocationResponse;
        cancellationToken.ThrowIfCancellationRequested();
        return response.Result.Status switch
        {
            StatusResult.Types.Status.Success => new InvocationResult(response),
            StatusResult.Types.Status.Cancelled => throw new OperationCanceledException($"The function {loaded.Name} was canceled."),
            _ => throw new InvalidOperationException($"The function {loaded.Name} failed: {FunctionLog.Format(response.Result.Exception)}"),
        };
    }

    /// <summary>Stops the app as the real host does, and waits until its entry point has ended.</summary>
    /// <exception cref="TimeoutException">The app did not stop within <see cref="FunctionHostOptions.StopTimeout"/>. It is left alone.</exception>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _server.StopFrontAsync();
        try
        {
            await _app.StopAsync(_options.StopTimeout, _options.Time);
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    private static async Task LoadAsync(WorkerServer server, FunctionApp app, string folder)
    {
        await server.LoadAsync(folder);

        // The worker connects before the hosted services that the app registered after it have started.
        await app.WaitForHostAsync();
    }

    private static TypedData Write(object? data) => data switch
    {
        null => new TypedData(),
        string text => new TypedData { String = text },
        byte[] bytes => new TypedData { Bytes = ByteString.CopyFrom(bytes) },
        _ => new TypedData { Json = JsonSerializer.Serialize(data) },
    };

    private LoadedFunction Find(string name)
    {
        var function = _server.Functions.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no function {name}. The app has {string.Join(", ", Functions.Order(StringComparer.OrdinalIgnoreCase))}.", nameof(name));
        return function.IsHttp
            ? throw new ArgumentException($"HTTP triggers the function {name}. Send a request with {nameof(Client)}.", nameof(name))
            : function;
    }
}
