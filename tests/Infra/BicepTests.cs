namespace Gatehouse.Tests.Infra;

public sealed class BicepTests
{
    public static TheoryData<string> Templates => Find("*.bicep");

    public static TheoryData<string> ParameterFiles => Find("*.bicepparam");

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Template_Builds_WithoutWarnings(string file) => AssertBuilt(await Bicep.BuildAsync(), file);

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Template_Lints_WithoutWarnings(string file) => (await Bicep.LintAsync()).AssertSilent(file);

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public async Task ParameterFile_Builds_WithoutWarnings(string file) => AssertBuilt(await Bicep.BuildParametersAsync(), file);

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public async Task ParameterFile_Lints_WithoutWarnings(string file) => (await Bicep.LintParametersAsync()).AssertSilent(file);

    private static void AssertBuilt(BicepRun run, string file)
    {
        run.AssertSilent(file);
        Assert.NotEmpty(run.ReadOutput(file));
    }

    private static TheoryData<string> Find(string pattern) =>
        [.. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra"), pattern, SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(RepositoryFolder.PathOf("infra"), file)).Order()];
}
