using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

public sealed partial class AlertRuleTests
{
    [Theory]
    [InlineData("failed requests")]
    [InlineData("latency")]
    [InlineData("401 spike")]
    [InlineData("403 spike")]
    [InlineData("429 spike")]
    [InlineData("hashing refused")]
    [InlineData("refresh-token reuse")]
    [InlineData("revocation feed age")]
    public async Task QueryAlert_IsThereAndDescribed(string title)
    {
        Assert.Contains(await QueriesAsync(), alert => alert!["title"]!.ToString() == title && alert["description"]!.ToString().Length > 0);
        Assert.Contains($"| {title} |", await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/operations.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryAlerts_AskForTheColumnThatIsCompared() =>
        Assert.All(await QueriesAsync(), static alert => Assert.Contains("measured = ", alert!["query"]!.ToString(), StringComparison.Ordinal));

    [Fact]
    public async Task Alerts_TellTheActionGroup()
    {
        var template = await Template.GetAsync();
        template.Single("Microsoft.Insights/actionGroups");
        var alerts = template.OfType("Microsoft.Insights/metricAlerts").Concat(template.OfType("Microsoft.Insights/scheduledQueryRules")).ToArray();
        Assert.Equal(3, alerts.Length);
        Assert.All(alerts, static alert => Assert.Contains("resourceId('Microsoft.Insights/actionGroups'", alert["actions"]!.ToJsonString(Template.Plain), StringComparison.Ordinal));
    }

    [Fact]
    public async Task VaultThrottling_RaisesAnAlert() =>
        Assert.Contains((await Template.GetAsync()).OfType("Microsoft.Insights/metricAlerts"), static alert => alert.Text.Contains("ServiceApiResult", StringComparison.Ordinal) && alert.Text.Contains("\"429\"", StringComparison.Ordinal));

    [Fact]
    public async Task Availability_IsTestedFromOutside()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[parameters('healthUrl')]", template.Single("Microsoft.Insights/webtests")["Request/RequestUrl"]!.ToString());
        Assert.Equal("[format('{0}/health', variables('appUrl'))]", template.Module("alerts")["properties"]!["parameters"]!["healthUrl"]!["value"]!.ToString());
    }

    [Fact]
    public async Task SecretNearExpiry_RaisesAnAlert()
    {
        var subscription = (await Template.GetAsync()).Single("Microsoft.EventGrid/systemTopics/eventSubscriptions");
        Assert.Contains("Microsoft.KeyVault.SecretNearExpiry", subscription["filter/includedEventTypes"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("MonitorAlert", subscription["destination/endpointType"]!.ToString());
        Assert.Contains("Microsoft.Insights/actionGroups", subscription["destination/properties/actionGroups"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Budget_TellsWhenItIsNearlySpent() =>
        Assert.Equal(80, (await Template.GetAsync()).Single("Microsoft.Consumption/budgets")["notifications/spent/threshold"]!.GetValue<int>());

    [Theory]
    [InlineData("Microsoft.KeyVault/vaults")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices")]
    [InlineData("Microsoft.Storage/storageAccounts/tableServices")]
    [InlineData("Microsoft.Web/sites")]
    [InlineData("Microsoft.Web/serverfarms")]
    [InlineData("Microsoft.OperationalInsights/workspaces")]
    [InlineData("Microsoft.EventGrid/systemTopics")]
    [InlineData("Microsoft.Network/virtualNetworks")]
    public async Task Diagnostics_OfEachResource_GoToTheWorkspace(string type)
    {
        var template = await Template.GetAsync();
        template.Single(type);
        Assert.Single(template.OfType("Microsoft.Insights/diagnosticSettings"), setting => setting.Json["scope"]!.ToString().StartsWith($"[resourceId('{type}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_ThatAlertsAndWorkbookName_AreThoseOfTheApp()
    {
        var constants = typeof(Operations.Telemetry.MetricNames).GetFields().Select(static field => (string)field.GetRawConstantValue()!).ToHashSet();
        foreach (var file in (string[])["alerts.json", "workbook.json"])
        {
            var names = Metric().Matches(await ReadAsync(file)).Select(static match => match.Value).ToArray();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Contains(name, constants));
        }
    }

    [Fact]
    public async Task Workbook_ShowsEachMetric()
    {
        var workbook = await ReadAsync("workbook.json");
        foreach (var field in typeof(Operations.Telemetry.MetricNames).GetFields().Where(static field => field.Name != "Meter"))
        {
            Assert.Contains((string)field.GetRawConstantValue()!, workbook, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonArray> QueriesAsync() => JsonNode.Parse(await ReadAsync("alerts.json"))!.AsArray();

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(RepositoryFolder.PathOf($"infra/{file}"), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"gatehouse\.[a-z_.]*[a-z]")]
    private static partial Regex Metric();
}
