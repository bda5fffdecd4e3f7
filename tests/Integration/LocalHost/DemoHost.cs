using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>local/Host after its first start, for all tests of a class: a process costs as much as a hundred requests.</summary>
public sealed class DemoHost : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private HostProcess? _process;

    /// <summary>The folder that it was started in.</summary>
    internal string Folder => _folder.Path;

    internal HostProcess Process => _process!;

    public async ValueTask InitializeAsync() => _process = await HostProcess.StartAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }
}
