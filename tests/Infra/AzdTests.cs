using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Tests.Infra;

/// <summary>azure.yaml, the key tool and the workflows use the names of the template.</summary>
public sealed partial class AzdTests
{
    [Fact]
    public async Task Service_IsTheAppWithItsNameAsTag()
    {
        // azd deploys to the resource with this tag, and deploys nothing without one.
        var (name, service) = Assert.Single((YamlMappingNode)Read()["services"]);
        Assert.Equal("function", service["host"].ToString());
        Assert.Equal("dotnet", service["language"].ToString());
        Assert.True(File.Exists(RepositoryFolder.PathOf($"{service["project"]}/Functions.csproj")));

        var template = await Template.GetAsync();
        Assert.Equal(
            $"[union(variables('tags'), createObject('azd-service-name', '{name}'))]",
            template.Module("app")["properties"]!["parameters"]!["tags"]!["value"]!.ToString());
        Assert.Equal("[parameters('tags')]", template.Single("Microsoft.Web/sites").Json["tags"]!.ToString());
        Assert.Contains("if(empty(parameters('azdEnvironmentName')), createObject(), createObject('azd-env-name', parameters('azdEnvironmentName')))", template.Json["variables"]!["tags"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void InfrastructureFiles_OfAzureYaml_Exist()
    {
        var infra = Read()["infra"];
        Assert.Equal("bicep", infra["provider"].ToString());
        foreach (var extension in (string[])["bicep", "bicepparam"])
        {
            Assert.True(File.Exists(RepositoryFolder.PathOf($"{infra["path"]}/{infra["module"]}.{extension}")));
        }
    }

    [Theory]
    [InlineData("postprovision", "secrets")]
    [InlineData("postdeploy", "check")]
    public void Hook_IsAVerbOfTheKeyTool_OnEverySystem(string moment, string verb)
    {
        var hooks = (YamlMappingNode)Read()["hooks"];
        Assert.Equal(2, hooks.Children.Count);
        foreach (var (system, shell) in (ReadOnlySpan<(string, string)>)[("posix", "sh"), ("windows", "pwsh")])
        {
            var hook = hooks[moment][system];
            Assert.Equal($"dotnet run --project local/Keys -- deploy {verb}", hook["run"].ToString());
            Assert.Equal(shell, hook["shell"].ToString());
            Assert.Equal("true", hook["interactive"].ToString());
        }
    }

    [Fact]
    public async Task KeyToolAndWorkflows_ReadExactlyTheOutputs_OfTheTemplate()
    {
        var outputs = (await Template.GetAsync()).Json["outputs"]!.AsObject().Select(static output => output.Key);
        var read = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in (string[])["local/Keys/Deployment/DeployCommands.cs", ".github/workflows/deploy.yml", ".github/workflows/rotate-key.yml"])
        {
            var text = await File.ReadAllTextAsync(RepositoryFolder.PathOf(file), TestContext.Current.CancellationToken);
            read.UnionWith(Variable().Matches(text).Select(static match => match.Groups[1].Value));
        }

        // A user of azd may set this one; it is no output.
        Assert.True(read.Remove("GATEHOUSE_ADMIN_NAME"));
        Assert.Equal(outputs.Order(StringComparer.Ordinal), read);
    }

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(RepositoryFolder.PathOf("azure.yaml"));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    // deployer.Variable("NAME") or Require("NAME", …) in the tool, "$NAME" in a workflow.
    [GeneratedRegex(@"(?:\(""|""\$)((?:AZURE_(?!LOCATION)|GATEHOUSE_)\w+)""")]
    private static partial Regex Variable();
}
