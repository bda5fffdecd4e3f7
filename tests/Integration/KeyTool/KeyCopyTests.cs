using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>The verb <c>copy</c>, by which a standby has the same keys.</summary>
public sealed class KeyCopyTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly TemporaryFolder _folder = new();
    private readonly Tool _primary;
    private readonly Tool _standby;
    private readonly string _standbyFolder;

    public KeyCopyTests()
    {
        _standbyFolder = Path.Combine(_folder.Path, "standby");
        _primary = Tool.OfFolder(Path.Combine(_folder.Path, "primary"), _time);
        _standby = Tool.OfFolder(_standbyFolder, _time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copy_LeavesBothWithTheSameKeys_InTheSameStates()
    {
        await _primary.DoAsync("new");
        await _standby.DoAsync("new");
        _time.Advance(TimeSpan.FromDays(1));
        await _primary.DoAsync("rotate");

        await CopyAsync();
        await AssertInStepAsync("active", "announced");

        _time.Advance(TimeSpan.FromDays(1));
        var leaked = (await _primary.DoAsync("list")).Single(static key => key.State == "active").Kid;
        await _primary.DoAsync("rotate --emergency");
        await CopyAsync();
        await AssertInStepAsync("active");
        Assert.Contains(await _standby.DoAsync("list"), key => key.Kid == leaked && key.State == "disabled");
        await CopyAsync();
        await AssertInStepAsync("active");
    }

    [Fact]
    public async Task Copy_FromAPlaceWithoutAKey_IsRefused_AndDisablesNothing()
    {
        await _standby.DoAsync("new");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "primary"));

        var result = await _primary.RunAsync($"copy --to {_standbyFolder}");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Equal("active", Assert.Single(await _standby.DoAsync("list")).State);
    }

    private Task<IReadOnlyList<ListedKey>> CopyAsync() => _primary.DoAsync($"copy --to {_standbyFolder}");

    private async Task AssertInStepAsync(params string[] states)
    {
        var primary = Living(await _primary.DoAsync("list"));
        Assert.Equal(states.Order(), primary.Select(static key => key.State).Where(static state => state is "active" or "announced").Order());
        Assert.Equal(primary, Living(await _standby.DoAsync("list")));
    }

    private static (string? Kid, string State)[] Living(IEnumerable<ListedKey> keys) =>
        [.. keys.Where(static key => key.State is not ("disabled" or "retired")).Select(static key => (key.Kid, key.State)).Order()];
}
