using System.Diagnostics;
using System.Net.Http.Headers;
using Gatehouse.FunctionHost;

namespace Gatehouse.Bench;

/// <summary>A function app as a process of its own, on the servers of FunctionHost in this process.</summary>
internal sealed class WorkerApp : IAsyncDisposable
{
    private const string MaxMessageBytes = "2147483647";
    private static readonly Uri Orders = new("/api/orders", UriKind.Relative);

    private readonly WorkerServer _server;
    private readonly Process _process;
    private HttpClient? _client;

    private WorkerApp(WorkerServer server, Process process)
    {
        _server = server;
        _process = process;
    }

    /// <summary>The processor time of the process so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts an app, and calls it until it answers with 200.</summary>
    public static async Task<WorkerApp> StartAsync(string project, IReadOnlyDictionary<string, string?> settings, string token)
    {
        var program = GatehouseServer.ProgramOf(project, $"Gatehouse.Bench.Apps.{project}");
        var folder = Path.GetDirectoryName(program)!;
        var server = await WorkerServer.StartAsync();
        var app = new WorkerApp(server, StartProcess(program, server.Endpoint, settings));
        try
        {
            await server.LoadAsync(folder);
            await server.StartFrontAsync(folder, []);
            app._client = new HttpClient { BaseAddress = server.Url };
            app._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await app.CallAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lists the orders.</summary>
    public async Task CallAsync()
    {
        using var response = await _client!.GetAsync(Orders);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
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
