namespace Gatehouse.Local.Functions;

/// <summary>A function app that runs in this process, its HTTP triggers on Kestrel.</summary>
internal sealed class FunctionHost(WebApplication web) : IAsyncDisposable
{
    public IServiceProvider Services => web.Services;

    /// <summary>Where it listens, once it has started.</summary>
    public ICollection<string> Urls => web.Urls;

    public static FunctionHostBuilder CreateBuilder(WebApplicationOptions options) => new(options);

    public Task StartAsync(CancellationToken cancellationToken = default) => web.StartAsync(cancellationToken);

    /// <summary>Stops after the requests that are under way.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => web.StopAsync(cancellationToken);

    /// <summary>Ends when somebody stops the program.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => web.WaitForShutdownAsync(cancellationToken);

    public ValueTask DisposeAsync() => web.DisposeAsync();
}
