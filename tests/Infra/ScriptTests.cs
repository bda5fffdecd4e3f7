namespace Gatehouse.Tests.Infra;

/// <summary>The scripts run wherever the repository is cloned.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
        [".ci/run", .. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra/hooks")).Select(static file => $"infra/hooks/{Path.GetFileName(file)}").Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_HasLfLineEndings_OnWindowsToo(string file)
    {
        // .gitattributes keeps them on Windows.
        var rules = await File.ReadAllLinesAsync(RepositoryFolder.PathOf(".gitattributes"), TestContext.Current.CancellationToken);
        var pattern = file.EndsWith(".sh", StringComparison.Ordinal) ? "*.sh" : $"/{file}";
        Assert.Contains($"{pattern} text eol=lf", rules);
        Assert.DoesNotContain('\r', await File.ReadAllTextAsync(RepositoryFolder.PathOf(file), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_IsExecutable(string file)
    {
        // azd runs a hook by its path.
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(RepositoryFolder.PathOf(file)).HasFlag(UnixFileMode.UserExecute));
        }
    }
}
