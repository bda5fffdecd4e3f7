namespace Gatehouse.Tests.Infra;

/// <summary>The gate is the only script: it runs wherever the repository is cloned.</summary>
public sealed class ScriptTests
{
    private const string Gate = ".ci/run";

    [Fact]
    public async Task Gate_HasLfLineEndings_OnWindowsToo()
    {
        // .gitattributes keeps them on Windows.
        var rules = await File.ReadAllLinesAsync(RepositoryFolder.PathOf(".gitattributes"), TestContext.Current.CancellationToken);
        Assert.Contains($"/{Gate} text eol=lf", rules);
        Assert.DoesNotContain('\r', await File.ReadAllTextAsync(RepositoryFolder.PathOf(Gate), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Gate_IsExecutable()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(RepositoryFolder.PathOf(Gate)).HasFlag(UnixFileMode.UserExecute));
        }
    }
}
