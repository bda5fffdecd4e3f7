using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

/// <summary>The defaults of what is asked for by environment variables.</summary>
public sealed partial class ParameterFileTests
{
    [Fact]
    public async Task Default_IsTheSame_WhereverItIsDeployedFrom()
    {
        var defaults = new List<(string Name, string Value, string File)>();
        foreach (var file in (string[])["infra/main.bicepparam", "infra/prod.bicepparam", "infra/dev.bicepparam", ".github/workflows/deploy.yml"])
        {
            var text = await File.ReadAllTextAsync(RepositoryFolder.PathOf(file), TestContext.Current.CancellationToken);
            defaults.AddRange(Default().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value, file)));
        }

        Assert.Contains(defaults, static found => found.Name == "GATEHOUSE_NETWORK_ISOLATION" && found.File.EndsWith(".yml", StringComparison.Ordinal));
        Assert.All(defaults.GroupBy(static found => found.Name), static same => Assert.Single(same.Select(static found => found.Value).Distinct()));
    }

    // readEnvironmentVariable('NAME', 'value') of a parameter file, and vars.NAME || 'value' of a workflow.
    [GeneratedRegex(@"(?:readEnvironmentVariable\('|vars\.)(?<name>GATEHOUSE_\w+)(?:', | \|\| )'(?<value>[^']*)'")]
    private static partial Regex Default();
}
