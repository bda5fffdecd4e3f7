namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>The host that the tests of a class share. They run one after another.</summary>
public sealed class SharedHost : IAsyncDisposable
{
    private GatehouseHost? _host;

    /// <summary>Starts the host for the first test, as it is by default.</summary>
    internal Task<GatehouseHost> GetAsync() => GetAsync(static () => new GatehouseHostOptions());

    /// <summary>Starts the host for the first test.</summary>
    internal async Task<GatehouseHost> GetAsync(Func<GatehouseHostOptions> createOptions) => _host ??= await GatehouseHost.StartAsync(createOptions());

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
