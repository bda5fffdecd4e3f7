namespace Gatehouse.Tests.Infra;

/// <summary>What must be so of the scripts, so that they run wherever the repository is cloned.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts =>
        [".ci/run", .. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra/hooks")).Select(static file => $"infra/hooks/{Path.GetFileName(file)}").Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_HasLineEndsThatBashReads_OnWindowsToo(string file)
    {
        // What git does with them there is for .gitattributes to say.
        var rules = await File.ReadAllLinesAsync(RepositoryFolder.PathOf(".gitattributes"), TestContext.Current.CancellationToken);
        var pattern = file.EndsWith(".sh", StringComparison.Ordinal) ? "*.sh" : $"/{file}";
        Assert.Contains($"{pattern} text eol=lf", rules);
        Assert.DoesNotContain('\r', await File.ReadAllTextAsync(RepositoryFolder.PathOf(file), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_MayBeRun(string file)
    {
        // azd runs a hook by its name.
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(RepositoryFolder.PathOf(file)).HasFlag(UnixFileMode.UserExecute));
        }
    }
}
