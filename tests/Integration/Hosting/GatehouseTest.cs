namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A test class with a host for each of its tests, or one host for all of them.</summary>
/// <param name="shared">
/// The class fixture that keeps the one host; null starts a host for each test. Share a host if no test of the class counts
/// its logs, exhausts a limit or changes what another test of the class reads: starting it costs more than most tests.
/// </param>
public abstract class GatehouseTest(SharedHost? shared = null) : IAsyncLifetime
{
    private protected GatehouseHost Host { get; private set; } = null!;

    /// <summary>Starts the host, or takes the shared one.</summary>
    public virtual async ValueTask InitializeAsync() =>
        Host = await (shared is null ? GatehouseHost.StartAsync(CreateOptions()) : shared.GetAsync(CreateOptions));

    public virtual async ValueTask DisposeAsync()
    {
        // Null if the start failed or skipped the test.
        if (shared is null && Host is not null)
        {
            await Host.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The options of the class's hosts.</summary>
    private protected virtual GatehouseHostOptions CreateOptions() => new();
}
