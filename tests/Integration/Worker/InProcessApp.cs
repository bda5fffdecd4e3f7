using Gatehouse.FunctionHost;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>An app of tests/Apps in this process. One for all tests of a class.</summary>
/// <typeparam name="T">A type of the app.</typeparam>
public sealed class InProcessApp<T> : IAsyncDisposable
    where T : class
{
    private readonly Lazy<Task<FunctionHost.FunctionHost>> _host = new(static () => StartAsync());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host.IsValueCreated)
        {
            await (await _host.Value).DisposeAsync();
        }
    }

    internal static Task<FunctionHost.FunctionHost> StartAsync(Action<FunctionHostOptions>? configure = null) =>
        FunctionHost.FunctionHost.StartAsync<T>(configure, TestContext.Current.CancellationToken);

    internal Task<FunctionHost.FunctionHost> GetHostAsync() => _host.Value;
}
