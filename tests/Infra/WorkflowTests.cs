using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Tests.Infra;

public sealed partial class WorkflowTests
{
    private static readonly string Folder = RepositoryFolder.PathOf(".github/workflows");

    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Folder, "*.yml").Select(static file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_HasNoPermissions_ForAllJobs(string file) =>
        Assert.Empty(Assert.IsType<YamlMappingNode>(Read(file)["permissions"]).Children);

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Job_StatesItsPermissions_AndATimeout(string file)
    {
        foreach (var job in Jobs(file))
        {
            var permissions = Assert.IsType<YamlMappingNode>(job["permissions"]);
            var writes = permissions.Where(static permission => permission.Value.ToString() == "write").Select(static permission => permission.Key.ToString());

            // The federated login, the findings of CodeQL, and the origin of the package.
            Assert.Empty(writes.Except(["attestations", "id-token", "security-events"]));
            Assert.True(int.Parse(job["timeout-minutes"].ToString(), System.Globalization.CultureInfo.InvariantCulture) > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_RunsNoUntrustedCodeWithWriteAccess_AndReadsNoSecret(string file)
    {
        // Both triggers run a contributor's code with write access to the repository. Azure trusts GitHub's token, so no secret is needed.
        var text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.DoesNotContain("pull_request_target", text, StringComparison.Ordinal);
        Assert.DoesNotContain("workflow_run", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\$\{\{[^}]*\bsecrets\b|secrets: inherit", text);
    }

    [Theory]
    [InlineData("deploy.yml", "plan", "${{ inputs.environment }}-plan")]
    [InlineData("deploy.yml", "infrastructure", "${{ inputs.environment }}")]
    [InlineData("deploy.yml", "deploy", "${{ inputs.environment }}")]
    [InlineData("rotate-key.yml", "rotate", "prod")]
    public void JobWithALogin_RunsInAnEnvironment(string file, string job, string environment)
    {
        // The federated credential belongs to the environment, whose reviewers must approve.
        Assert.Equal(environment, Job(file, job)["environment"].ToString());
        Assert.Contains(StepsOf(file, job), static step => Text(step, "uses").StartsWith("azure/login@", StringComparison.Ordinal));
        Assert.Equal("write", Job(file, job)["permissions"]["id-token"].ToString());
    }

    [Fact]
    public void Login_IsOnlyInJobsOfAnEnvironment() =>
        Assert.All(
            Workflows.SelectMany(static file => Jobs(file)).Where(static job => job.ToString().Contains("azure/login@", StringComparison.Ordinal)),
            static job => Assert.NotEmpty(Text(job, "environment")));

    [Fact]
    public void Deployment_FollowsTheInfrastructure_AndEndsWithTheCheck()
    {
        Assert.Equal(["package", "plan"], Needs("infrastructure"));
        Assert.Equal(["package", "infrastructure"], Needs("deploy"));
        Assert.Equal("${{ !cancelled() && !failure() }}", Job("deploy.yml", "deploy")["if"].ToString());
        var commands = StepsOf("deploy.yml", "deploy")[^3..].Select(static step => Text(step, "run")).ToArray();
        Assert.Contains("--query properties.outputs", commands[0], StringComparison.Ordinal);
        Assert.StartsWith("az functionapp deployment source config-zip ", commands[1], StringComparison.Ordinal);
        Assert.Equal("dotnet run --project local/Keys -- deploy check", commands[2]);
    }

    [Fact]
    public void Deployment_BeginsWithTheCheck_OfBranchCiAndPromotion()
    {
        var check = Text(Assert.Single(StepsOf("deploy.yml", "check")), "run");
        Assert.Contains("[[ $GITHUB_REF == refs/heads/main ]] || fail", check, StringComparison.Ordinal);
        Assert.Contains("--workflow ci.yml --commit \"$GITHUB_SHA\" --status success", check, StringComparison.Ordinal);
        Assert.Contains("[[ $TARGET != prod || -n $PROMOTE$ROLLBACK ]] || fail", check, StringComparison.Ordinal);
        Assert.Equal("check", Job("deploy.yml", "package")["needs"].ToString());
        Assert.Equal(["check", "package"], Needs("plan"));
    }

    [Fact]
    public void Infrastructure_IsWhatThePlanShowed()
    {
        var plan = Text(StepsOf("deploy.yml", "plan").Single(static step => Text(step, "name") == "Show the changes"), "run");
        Assert.Contains("GITHUB_STEP_SUMMARY", plan, StringComparison.Ordinal);
        Assert.Contains("ShortCircuited", plan, StringComparison.Ordinal);
        var apply = Text(StepsOf("deploy.yml", "infrastructure").Single(static step => Text(step, "name") == "Apply exactly the planned changes"), "run");
        Assert.Contains("if ! diff <(jq --sort-keys .changes plan/what-if.json)", apply, StringComparison.Ordinal);
        Assert.Contains("--template-file plan/template.json --parameters @plan/parameters.json", apply, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_IsAttested_AndOnlyAnAttestedOneIsDeployed()
    {
        Assert.Contains(StepsOf("deploy.yml", "package"), static step => Text(step, "uses").StartsWith("actions/attest-build-provenance@", StringComparison.Ordinal));
        Assert.Contains(StepsOf("deploy.yml", "deploy"), static step => Text(step, "run").StartsWith("gh attestation verify package.zip ", StringComparison.Ordinal));
    }

    [Fact]
    public void Ci_RunsTheGate_CoreTools_CodeQL_AndTheDependencyReview()
    {
        var build = StepsOf("ci.yml", "build");
        Assert.Contains(build, static step => Text(step, "run") == "bash .ci/run");
        Assert.Contains(build, static step =>
            Text(step, "run").Contains("func start --no-build", StringComparison.Ordinal) && Text(step, "run").Contains("dotnet run --project local/Keys -- deploy check http://localhost:7071", StringComparison.Ordinal));
        Assert.Contains(StepsOf("ci.yml", "dependencies"), static step => Text(step, "uses").StartsWith("actions/dependency-review-action@", StringComparison.Ordinal));
        Assert.Contains(StepsOf("ci.yml", "codeql"), static step => Text(step, "uses").StartsWith("github/codeql-action/analyze@", StringComparison.Ordinal));
        Assert.All(Jobs("ci.yml"), static job => Assert.Equal("", Text(job, "continue-on-error")));
    }

    [Fact]
    public void Rotation_IsScheduled_AndVerifiesFirst()
    {
        Assert.Equal("23 5 1 */3 *", ((YamlSequenceNode)Read("rotate-key.yml")["on"]["schedule"]).Single()["cron"].ToString());
        var rotation = Assert.Single(StepsOf("rotate-key.yml", "rotate"), static step => Text(step, "if") == "${{ !inputs.emergency }}");
        var commands = Text(rotation, "run").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "dotnet run --project local/Keys -- verify \"$API_URL\" --vault \"$VAULT_URI\"",
                "dotnet run --project local/Keys -- rotate --vault \"$VAULT_URI\"",
            ],
            commands);
    }

    [Fact]
    public void Emergency_IsAnInput_ReplacesTheKey_AndRestartsTheApp()
    {
        var input = Read("rotate-key.yml")["on"]["workflow_dispatch"]["inputs"]["emergency"];
        Assert.Equal(("boolean", "false"), (input["type"].ToString(), input["default"].ToString()));
        var steps = StepsOf("rotate-key.yml", "rotate").Where(static step => Text(step, "if") == "${{ inputs.emergency }}").Select(static step => Text(step, "run")).ToArray();
        Assert.Equal(3, steps.Length);
        Assert.Equal("dotnet run --project local/Keys -- rotate --emergency --vault \"$VAULT_URI\"", steps[0]);
        Assert.StartsWith("az functionapp restart ", steps[2], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Action_IsPinnedToACommit(string file)
    {
        var uses = Steps(file).Where(static step => step.Children.ContainsKey("uses")).Select(static step => step["uses"].ToString()).ToArray();
        Assert.NotEmpty(uses);
        Assert.All(uses, static action => Assert.Matches("^[\\w-]+/[\\w/-]+@[0-9a-f]{40}$", action));

        // With the version in a comment, for readers.
        Assert.All(Uses().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(static match => match.Value), static line => Assert.Matches("# v\\d+\\.\\d+\\.\\d+$", line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Checkout_PersistsNoCredentials(string file) =>
        Assert.All(
            Steps(file).Where(static step => step.Children.ContainsKey("uses") && step["uses"].ToString().StartsWith("actions/checkout@", StringComparison.Ordinal)),
            static step => Assert.Equal("false", step["with"]["persist-credentials"].ToString()));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Command_NamesExistingFiles_AndHasNoExpression(string file)
    {
        var commands = Steps(file).Where(static step => step.Children.ContainsKey("run")).Select(static step => step["run"].ToString()).ToArray();
        Assert.NotEmpty(commands);
        AssertThere(commands);

        // A user writes the inputs of a run: in a script an expression would run them as commands, while variables stay strings.
        Assert.All(commands, static command => Assert.DoesNotContain("${{", command, StringComparison.Ordinal));
    }

    [Fact]
    public void FirstKey_IsCreated_RightAfterALogin()
    {
        // az requests the vault's token there, and GitHub's assertion is valid for minutes only.
        var steps = StepsOf("deploy.yml", "infrastructure");
        Assert.Equal("dotnet run --project local/Keys -- deploy secrets", Text(steps[^1], "run"));
        Assert.Contains("--query properties.outputs", Text(steps[^2], "run"), StringComparison.Ordinal);
        Assert.StartsWith("azure/login@", Text(steps[^3], "uses"), StringComparison.Ordinal);
        Assert.All(steps[^4..], step => Assert.Equal(Text(steps[^1], "if"), Text(step, "if")));
    }

    [Fact]
    public void AzdHooks_NameExistingFiles() =>
        AssertThere([File.ReadAllText(RepositoryFolder.PathOf("azure.yaml"))]);

    private static void AssertThere(IEnumerable<string> texts)
    {
        foreach (var path in texts.SelectMany(static text => Named().Matches(text)).Select(static match => match.Groups[1].Value))
        {
            var there = RepositoryFolder.PathOf(path);
            Assert.True(File.Exists(there) || Directory.Exists(there), $"{path} does not exist. Correct the workflow or hook that names it.");
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

    private static IEnumerable<string> Needs(string job) => ((YamlSequenceNode)Job("deploy.yml", job)["needs"]).Select(static need => need.ToString());

    private static YamlMappingNode[] StepsOf(string file, string job) => [.. ((YamlSequenceNode)Job(file, job)["steps"]).Cast<YamlMappingNode>()];

    private static string Text(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var value) ? value.ToString() : "";

    private static IEnumerable<YamlMappingNode> Steps(string file) =>
        Jobs(file).SelectMany(static job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>());

    [GeneratedRegex(@"uses: .*$", RegexOptions.Multiline)]
    private static partial Regex Uses();

    // Scripts, projects and folders of this repository.
    [GeneratedRegex(@"(?<=[\s""'])((?:\./)?(?:\.ci/run|(?:local|tests|bench)/[\w-]+|functions)|local\.settings\.example\.json|global\.json)(?=[\s""'])")]
    private static partial Regex Named();
}
