using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>Where a copy of the program keeps its data and finds its settings, whatever the current folder.</summary>
public sealed class DefaultPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _current = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildInARepository_KeepsItsDataAndReadsItsSettingsThere_APublishedCopyInTheCurrentFolder()
    {
        var program = Path.Combine(_folder.Path, "artifacts", "bin", "Host", "debug");
        var solution = Path.Combine(_folder.Path, "Functions.sln");
        var settings = Path.Combine(_folder.Path, "local.settings.json");
        CopyProgram(program);
        await File.WriteAllTextAsync(solution, "", Cancellation);
        await File.WriteAllTextAsync(settings, "{", Cancellation);

        Assert.Contains($"{settings}, line 1, is not valid JSON", (await HostProcess.RunCopyAsync(program, _current.Path)).Errors, StringComparison.Ordinal);

        File.Delete(settings);
        await using (var host = await HostProcess.StartCopyAsync(program, _current.Path))
        {
            await host.WaitForOutputAsync(Path.Combine(_folder.Path, ".local", "demo.env"));
        }

        Assert.True(File.Exists(Path.Combine(_folder.Path, ".local", "gatehouse.db")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_current.Path));

        File.Delete(solution);
        await using (await HostProcess.StartCopyAsync(program, _current.Path))
        {
            Assert.True(File.Exists(Path.Combine(_current.Path, ".local", "gatehouse.db")));
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _current.Dispose();
    }

    // The tests are built beside the program.
    private static void CopyProgram(string target)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var source = Path.Combine(tests.Parent!.Parent!.FullName, "Host", tests.Name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
