using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Two instances over one storage and one clock.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private TwoHosts(TemporaryFolder folder, FakeTimeProvider time, GatehouseHost first, GatehouseHost second)
    {
        _folder = folder;
        Time = time;
        First = first;
        Second = second;
    }

    public FakeTimeProvider Time { get; }

    public GatehouseHost First { get; }

    public GatehouseHost Second { get; }

    public static async Task<TwoHosts> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var folder = new TemporaryFolder();
        TestKeys.Write(Path.Combine(folder.Path, "keys"), TestKeys.Rsa);
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        var options = new GatehouseHostOptions { DataFolder = folder.Path, Time = time, Settings = settings ?? new Dictionary<string, string?>() };
        return new TwoHosts(folder, time, await GatehouseHost.StartAsync(options), await GatehouseHost.StartAsync(options));
    }

    /// <summary>One more, later.</summary>
    public Task<GatehouseHost> StartThirdAsync() => GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = _folder.Path, Time = Time });

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        _folder.Dispose();
    }
}
