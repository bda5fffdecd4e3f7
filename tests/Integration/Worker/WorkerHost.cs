using Gatehouse.FunctionHost;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The function app as a process of its own, on the servers of FunctionHost.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WorkerServer _server;
    private readonly WorkerProcess _process;

    private WorkerHost(WorkerServer server, WorkerProcess process)
    {
        _server = server;
        _process = process;
    }

    /// <summary>The address that takes HTTP requests.</summary>
    public Uri Url => _server.Url;

    /// <summary>Everything that the process has written or sent to be logged.</summary>
    public string Log => string.Join('\n', [_process.Output, _process.Errors, .. _server.Channel.Logs]);

    /// <summary>Starts the function app, and waits until it can be called.</summary>
    /// <param name="settings">Its app settings, by the names that they have in Azure (<c>Tokens__Issuer</c>).</param>
    public static async Task<WorkerHost> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var server = await WorkerServer.StartAsync();
        var host = new WorkerHost(server, WorkerProcess.Start(server.Endpoint, $"{Guid.NewGuid()}", settings));
        try
        {
            await server.LoadAsync(WorkerProcess.AppFolder).WaitAsync(Patience);
            await server.StartFrontAsync(WorkerProcess.AppFolder, []);
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
        _server.Channel.Terminate();
        return _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _server.DisposeAsync();
    }
}
