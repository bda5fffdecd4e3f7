using System.Diagnostics;
using System.Net.Http.Headers;
using Gatehouse.FunctionHost;

namespace Gatehouse.Bench;

/// <summary>A function app as a process of its own, on the servers of FunctionHost in this process.</summary>
internal sealed class WorkerApp : IAsyncDisposable
{
    private const string MaxMessageBytes = "2147483647";
    private readonly WorkerServer _server;
    private readonly Process _process;
    private readonly Uri _path;
    private int _calls;

    private WorkerApp(WorkerServer server, Process process, string path)
    {
        _server = server;
        _process = process;
        _path = new Uri(path, UriKind.Relative);
    }

    /// <summary>Calls the app's front, with <see cref="Tokens"/> in turns.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });

    /// <summary>The tokens that calls send; none if empty.</summary>
    public IReadOnlyList<string> Tokens { get; set; } = [];

    /// <summary>What the worker has logged.</summary>
    public string Logs => string.Join('\n', _server.Channel.Logs);

    /// <summary>The processor time of the process so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts an app, and waits until it can be called.</summary>
    /// <param name="program">Its assembly, in a folder with its host.json or without.</param>
    /// <param name="path">What <see cref="CallAsync"/> gets.</param>
    /// <param name="settings">Its app settings, as environment variables.</param>
    public static async Task<WorkerApp> StartAsync(string program, string path, IReadOnlyDictionary<string, string?> settings)
    {
        var folder = Path.GetDirectoryName(program)!;
        var server = await WorkerServer.StartAsync();
        var app = new WorkerApp(server, StartProcess(program, server.Endpoint, settings), path);
        try
        {
            await server.LoadAsync(folder);
            await server.StartFrontAsync(folder, []);
            app.Client.BaseAddress = server.Url;
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>One call, which must succeed.</summary>
    public async Task CallAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _path);
        if (Tokens.Count > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens[(int)((uint)Interlocked.Increment(ref _calls) % Tokens.Count)]);
        }

        using var response = await Client.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode} {Logs}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _server.DisposeAsync();
    }

    private static Process StartProcess(string program, Uri host, IReadOnlyDictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                program,
                "--functions-uri", host.AbsoluteUri,
                "--functions-worker-id", "bench",
                "--functions-request-id", "bench",
                "--functions-grpc-max-message-length", MaxMessageBytes,
            ])
        {
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = start.WorkingDirectory;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
