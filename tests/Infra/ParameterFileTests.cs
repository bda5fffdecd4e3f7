using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

/// <summary>The defaults of parameters that come from environment variables.</summary>
public sealed partial class ParameterFileTests
{
    [Fact]
    public async Task Default_IsTheSame_InEveryFile()
    {
        var defaults = new List<(string Name, string Value, string File)>();
        foreach (var file in (string[])["infra/main.bicepparam", "infra/prod.bicepparam", "infra/dev.bicepparam", ".github/workflows/deploy.yml"])
        {
            var text = await File.ReadAllTextAsync(RepositoryFolder.PathOf(file), TestContext.Current.CancellationToken);
            defaults.AddRange(Default().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value, file)));
        }

        Assert.Contains(defaults, static found => found.Name == "GATEHOUSE_NETWORK_ISOLATION" && found.File.EndsWith(".yml", StringComparison.Ordinal));
        // Only zone redundancy differs on purpose: it is on by default for production.
        Assert.Equal(
            [("true", ".github/workflows/deploy.yml"), ("false", "infra/main.bicepparam"), ("true", "infra/prod.bicepparam")],
            defaults.Where(IsOfZones).Select(static found => (found.Value, found.File)).OrderBy(static found => found.File, StringComparer.Ordinal));
        Assert.All(defaults.Where(static found => !IsOfZones(found)).GroupBy(static found => found.Name), static same => Assert.Single(same.Select(static found => found.Value).Distinct()));
    }

    private static bool IsOfZones((string Name, string Value, string File) found) => found.Name == "GATEHOUSE_ZONE_REDUNDANT";

    [Theory]
    [InlineData("main", "")]
    [InlineData("main", "2027-01-15")]
    [InlineData("prod", "")]
    [InlineData("prod", "2027-01-15")]
    [InlineData("prod", "January")]
    public async Task Budget_WithoutAFirstOfMonth_IsRefused_BeforeTheDeployment(string file, string start)
    {
        var run = await Bicep.BuildParametersAsync("500", start);
        Assert.Contains("Error BCP338", run.ReadDiagnostics($"{file}.bicepparam"), StringComparison.Ordinal);
        Assert.Contains("GATEHOUSE_MONTHLY_BUDGET needs GATEHOUSE_BUDGET_START", run.ReadDiagnostics($"{file}.bicepparam"), StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Theory]
    [InlineData("main", "500", "2027-01-01")]
    [InlineData("prod", "500", "2027-01-01")]
    [InlineData("main", "0", "")]
    [InlineData("prod", "0", "")]
    public async Task Budget_WithAFirstOfMonth_OrOfZero_IsAccepted(string file, string budget, string start)
    {
        var run = await Bicep.BuildParametersAsync(budget, start);
        run.AssertSilent($"{file}.bicepparam");
        var parameters = run.ReadOutput($"{file}.bicepparam")["parameters"]!;
        Assert.Equal(budget, parameters["monthlyBudget"]!["value"]!.ToString());
        Assert.Equal(start, parameters["budgetStart"]!["value"]!.ToString());
    }

    [Fact]
    public async Task EnvironmentsOfAzd_HaveOtherNames_ThanThoseOfThePipeline()
    {
        // With the name dev, both would deploy to the same resources, each undoing the other's settings.
        var run = await Bicep.BuildParametersAsync();
        Assert.Equal("azd-test", Read("main", "environmentName"));
        Assert.Equal("test", Read("main", "azdEnvironmentName"));
        Assert.Equal(["dev", "prod"], ((string[])["dev", "prod"]).Select(file => Read(file, "environmentName")));

        string Read(string file, string parameter) => run.ReadOutput($"{file}.bicepparam")["parameters"]![parameter]!["value"]!.ToString();
    }

    [Fact]
    public async Task Region_OutsideTheAllowedOnes_FailsBeforeAnythingIsMade()
    {
        var template = await Template.GetAsync();
        Assert.StartsWith("[if(or(empty(parameters('allowedLocations')), contains(parameters('allowedLocations'), parameters('location'))), parameters('location'), fail(", template.Json["variables"]!["region"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("[variables('region')]", template.Single("Microsoft.Resources/resourceGroups").Json["location"]!.ToString());
        Assert.EndsWith("contains(parameters('allowedLocations'), parameters('backupLocation'))), parameters('backupLocation'), fail(", template.Json["variables"]!["backupRegion"]!.ToString().Split("format(")[0], StringComparison.Ordinal);
    }

    // readEnvironmentVariable('NAME', 'value') of a parameter file, and vars.NAME || 'value' of a workflow.
    [GeneratedRegex(@"(?:readEnvironmentVariable\('|vars\.)(?<name>GATEHOUSE_\w+)(?:', | \|\| )'(?<value>[^']*)'")]
    private static partial Regex Default();
}
