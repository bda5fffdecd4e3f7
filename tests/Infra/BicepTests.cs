namespace Gatehouse.Tests.Infra;

public sealed class BicepTests
{
    public static TheoryData<string> Templates => Find("*.bicep");

    public static TheoryData<string> ParameterFiles => Find("*.bicepparam");

    [Theory]
    [MemberData(nameof(Templates))]
    public Task Template_Builds_WithoutWarnings(string file) => AssertSilentAsync("build", file, "--stdout");

    [Theory]
    [MemberData(nameof(Templates))]
    public Task Template_Lints_WithoutWarnings(string file) => AssertSilentAsync("lint", file);

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public Task ParameterFile_Builds_WithoutWarnings(string file) => AssertSilentAsync("build-params", file, "--stdout");

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public Task ParameterFile_Lints_WithoutWarnings(string file) => AssertSilentAsync("lint", file);

    // Bicep exits with 0 despite warnings, so any diagnostic fails the test.
    private static async Task AssertSilentAsync(string verb, string file, params string[] more)
    {
        var run = await Bicep.RunAsync([verb, RepositoryFolder.PathOf($"infra/{file}"), .. more]);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
    }

    private static TheoryData<string> Find(string pattern) =>
        [.. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra"), pattern, SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(RepositoryFolder.PathOf("infra"), file)).Order()];
}
