using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Tests.Infra;

public sealed partial class WorkflowTests
{
    private static readonly string Folder = RepositoryFolder.PathOf(".github/workflows");

    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Folder, "*.yml").Select(static file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_GivesNothingToAllJobs(string file) =>
        Assert.Empty(Assert.IsType<YamlMappingNode>(Read(file)["permissions"]).Children);

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Job_SaysWhatItMayDoAndForHowLong(string file)
    {
        foreach (var job in Jobs(file))
        {
            var permissions = Assert.IsType<YamlMappingNode>(job["permissions"]);
            var writes = permissions.Where(static permission => permission.Value.ToString() == "write").Select(static permission => permission.Key.ToString());

            // The federated login, and what CodeQL found.
            Assert.Empty(writes.Except(["id-token", "security-events"]));
            Assert.True(int.Parse(job["timeout-minutes"].ToString(), System.Globalization.CultureInfo.InvariantCulture) > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Action_IsPinnedToACommit(string file)
    {
        var uses = Steps(file).Where(static step => step.Children.ContainsKey("uses")).Select(static step => step["uses"].ToString()).ToArray();
        Assert.NotEmpty(uses);
        Assert.All(uses, static action => Assert.Matches("^[\\w-]+/[\\w/-]+@[0-9a-f]{40}$", action));

        // With its version in words, for those who read it.
        Assert.All(Uses().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(static match => match.Value), static line => Assert.Matches("# v\\d+\\.\\d+\\.\\d+$", line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Checkout_LeavesNoTokenBehind(string file) =>
        Assert.All(
            Steps(file).Where(static step => step.Children.ContainsKey("uses") && step["uses"].ToString().StartsWith("actions/checkout@", StringComparison.Ordinal)),
            static step => Assert.Equal("false", step["with"]["persist-credentials"].ToString()));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Command_NamesWhatIsThere(string file)
    {
        var commands = Steps(file).Where(static step => step.Children.ContainsKey("run")).Select(static step => step["run"].ToString()).ToArray();
        Assert.NotEmpty(commands);
        AssertThere(commands);

        // Inputs of a run are somebody's text: as variables they stay text, in a script they would be commands.
        Assert.All(commands, static command => Assert.DoesNotContain("${{", command, StringComparison.Ordinal));
    }

    [Fact]
    public void FirstKey_IsMadeRightAfterALogin()
    {
        // az asks for the vault's token there, and GitHub's assertion holds for minutes only.
        var steps = ((YamlSequenceNode)Job("deploy.yml", "infrastructure")["steps"]).Cast<YamlMappingNode>().ToArray();
        var made = Array.FindIndex(steps, static step => Text(step, "run").Contains("create-secrets.sh", StringComparison.Ordinal));
        Assert.StartsWith("azure/login@", Text(steps[made - 1], "uses"), StringComparison.Ordinal);
        Assert.Equal(Text(steps[made], "if"), Text(steps[made - 1], "if"));
    }

    [Fact]
    public void Hooks_OfAzdNameWhatIsThere() =>
        AssertThere(
            [
                File.ReadAllText(RepositoryFolder.PathOf("azure.yaml")),
                .. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra/hooks")).Select(File.ReadAllText),
            ]);

    private static void AssertThere(IEnumerable<string> texts)
    {
        foreach (var path in texts.SelectMany(static text => Named().Matches(text)).Select(static match => match.Groups[1].Value))
        {
            var there = RepositoryFolder.PathOf(path);
            Assert.True(File.Exists(there) || Directory.Exists(there), $"{path} is named and not there.");
        }
    }

    private static YamlMappingNode Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Folder, file));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<YamlMappingNode> Jobs(string file) =>
        ((YamlMappingNode)Read(file)["jobs"]).Select(static job => (YamlMappingNode)job.Value);

    private static YamlMappingNode Job(string file, string name) => (YamlMappingNode)Read(file)["jobs"][name];

    private static string Text(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var value) ? value.ToString() : "";

    private static IEnumerable<YamlMappingNode> Steps(string file) =>
        Jobs(file).SelectMany(static job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>());

    [GeneratedRegex(@"uses: .*$", RegexOptions.Multiline)]
    private static partial Regex Uses();

    // Scripts, projects and folders of this repository.
    [GeneratedRegex(@"(?<=[\s""'])((?:\./)?(?:infra/hooks/[\w.-]+|\.ci/run|(?:local|tests|bench)/[\w-]+|functions)|local\.settings\.example\.json|global\.json)(?=[\s""'])")]
    private static partial Regex Named();
}
