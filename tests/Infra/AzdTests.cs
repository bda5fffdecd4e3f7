using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Tests.Infra;

/// <summary>azure.yaml, the hooks and the workflows use the names of the template.</summary>
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
        Assert.Equal("[parameters('environmentName')]", template.Json["variables"]!["tags"]!["azd-env-name"]!.ToString());
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
    [InlineData("postprovision", "infra/hooks/create-secrets.sh")]
    [InlineData("postdeploy", "infra/hooks/after-deploy.sh")]
    public void Hook_IsConfigured_AndExists(string moment, string script)
    {
        var hooks = Read()["hooks"];
        Assert.Equal(2, ((YamlMappingNode)hooks).Children.Count);
        Assert.Equal(script, hooks[moment]["run"].ToString());
        Assert.Equal("sh", hooks[moment]["shell"].ToString());
        Assert.True(File.Exists(RepositoryFolder.PathOf(script)));
    }

    [Fact]
    public async Task HooksAndWorkflows_ReadExactlyTheOutputs_OfTheTemplate()
    {
        var outputs = (await Template.GetAsync()).Json["outputs"]!.AsObject().Select(static output => output.Key).ToArray();
        string[] files = [.. Directory.EnumerateFiles(RepositoryFolder.PathOf("infra/hooks")), .. Directory.EnumerateFiles(RepositoryFolder.PathOf(".github/workflows"))];
        var read = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            read.UnionWith(Output().Matches(text).Select(static match => match.Groups[1].Value.ToUpperInvariant()));
        }

        // The full list, so that the test notices a name that is read in another way.
        Assert.Equal(["AZURE_FUNCTION_APP_NAME", "AZURE_KEY_VAULT_URI", "AZURE_RESOURCE_GROUP", "GATEHOUSE_ISSUER", "GATEHOUSE_URL"], read);
        Assert.Equal(read, outputs.Order(StringComparer.Ordinal));
    }

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(RepositoryFolder.PathOf("azure.yaml"));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    // read_output NAME and ascii_downcase == "name" in a workflow, ${NAME:?is an output…} and ${GATEHOUSE_ISSUER:-} in a hook.
    [GeneratedRegex(@"(?:read_output |ascii_downcase == ""|\$\{)((?i:AZURE|GATEHOUSE)_\w+)(?=[\)""]|:\?is an output|:-\})")]
    private static partial Regex Output();
}
