using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

public sealed partial class AlertRuleTests
{
    private static readonly string[] Titles =
    [
        "failed requests", "latency", "401 spike", "403 spike", "429 spike", "hashing refused", "lockouts", "refresh-token reuse", "revocation feed age",
        "key age", "backup age", "throttled dependency", "logs stopped",
    ];

    [Fact]
    public async Task QueryAlerts_AreExactlyThese() =>
        Assert.Equal(Titles, (await QueriesAsync()).Select(static alert => alert!["title"]!.ToString()));

    [Fact]
    public async Task QueryAlert_HasADescription_AndARowInOperations()
    {
        var operations = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/operations.md"), TestContext.Current.CancellationToken);
        Assert.All(await QueriesAsync(), alert =>
        {
            Assert.NotEmpty(alert!["description"]!.ToString());
            Assert.Contains($"| {alert["title"]} |", operations, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task QueryAlerts_AreAsReviewed()
    {
        // No test can run a query, so a reviewer must see each change, in the alert and in this list.
        var alerts = (await QueriesAsync()).Select(static alert =>
            $"{alert!["name"]} ({alert["title"]}): over {alert["threshold"]} in {alert["window"]}, severity {alert["severity"]}\n"
            + $"{alert["query"]!.ToString().Replace("; ", ";\n", StringComparison.Ordinal).Replace(" | ", "\n  | ", StringComparison.Ordinal)}\n");
        RepositoryFolder.AssertHolds("tests/Infra/alerts.txt", string.Join('\n', alerts));
    }

    [Fact]
    public async Task QueryAlertRule_TakesItsValues_FromTheFile()
    {
        var rule = (await Template.GetAsync()).Single("Microsoft.Insights/scheduledQueryRules");
        var condition = Assert.Single(rule["criteria/allOf"]!.AsArray())!;
        Assert.Equal("[length(variables('queryAlerts'))]", rule.Json["copy"]!["count"]!.ToString());
        Assert.Equal("[variables('queryAlerts')[copyIndex()].window]", rule["windowSize"]!.ToString());
        Assert.Equal("[variables('queryAlerts')[copyIndex()].severity]", rule["severity"]!.ToString());
        Assert.Equal("PT5M", rule["evaluationFrequency"]!.ToString());
        Assert.Equal("[variables('queryAlerts')[copyIndex()].query]", condition["query"]!.ToString());
        Assert.Equal("[variables('queryAlerts')[copyIndex()].threshold]", condition["threshold"]!.ToString());
        Assert.Equal(("Maximum", "measured", "GreaterThan"), (condition["timeAggregation"]!.ToString(), condition["metricMeasureColumn"]!.ToString(), condition["operator"]!.ToString()));
        Assert.Equal("""{"numberOfEvaluationPeriods":1,"minFailingPeriodsToAlert":1}""", condition["failingPeriods"]!.ToJsonString());
    }

    [Fact]
    public async Task Alerts_AreEnabled_AndMailTheOperators()
    {
        var template = await Template.GetAsync();
        var people = template.Single("Microsoft.Insights/actionGroups");
        Assert.Equal("[parameters('email')]", Assert.Single(people["emailReceivers"]!.AsArray())!["emailAddress"]!.ToString());
        Assert.Equal("[parameters('alertEmail')]", template.Module("alerts")["properties"]!["parameters"]!["email"]!["value"]!.ToString());
        TemplateResource[] enabled = [people, .. template.OfType("Microsoft.Insights/scheduledQueryRules"), .. template.OfType("Microsoft.Insights/metricAlerts")];
        Assert.Equal(4, enabled.Length);
        Assert.All(enabled, static resource => Assert.Equal("true", resource["enabled"]?.ToString()));
        Assert.Equal("true", template.Single("Microsoft.Insights/webtests")["Enabled"]?.ToString());

        var notifications = template.Single("Microsoft.Consumption/budgets")["notifications"]!.AsObject();
        Assert.Equal(
            [("spent", "true", "Actual", "80"), ("expected", "true", "Forecasted", "100")],
            notifications.Select(static one => (one.Key, one.Value!["enabled"]!.ToString(), one.Value["thresholdType"]!.ToString(), one.Value["threshold"]!.ToString())));
        Assert.All(notifications, static one => Assert.Contains("actionGroups", one.Value!["contactGroups"]!.ToJsonString(Template.Plain), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Query_ReadsOnlyAttributes_OfItsMetrics()
    {
        var telemetry = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/telemetry.md"), TestContext.Current.CancellationToken);
        var attributes = Row().Matches(telemetry).ToDictionary(
            static row => row.Groups["metric"].Value,
            static row => row.Groups["attributes"].Value.Split([' ', '`'], StringSplitOptions.RemoveEmptyEntries));
        var queries = Nodes(JsonNode.Parse(await ReadAsync("workbook.json"))!).Concat(Nodes(await QueriesAsync())).ToArray();
        Assert.True(queries.Length > Titles.Length);
        Assert.All(queries, query =>
        {
            string[] known = query.StartsWith("AppTraces", StringComparison.Ordinal) ? ["CategoryName", "EventName"] : [.. Metric().Matches(query).SelectMany(match => attributes[match.Value])];
            Assert.All(Attribute().Matches(query), match => Assert.Contains(match.Groups[1].Value, known));
        });
    }

    [Fact]
    public async Task QueryAlert_ReturnsTheColumn_ThatTheRuleCompares() =>
        Assert.All(await QueriesAsync(), static alert => Assert.Contains("measured = ", alert!["query"]!.ToString(), StringComparison.Ordinal));

    [Fact]
    public async Task Alerts_NotifyTheActionGroup()
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
    public async Task Availability_AndReadiness_AreTestedFromOutside()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[format('{0}{1}', parameters('appUrl'), variables('availabilityTests')[copyIndex()].path)]", template.Single("Microsoft.Insights/webtests")["Request/RequestUrl"]!.ToString());
        Assert.Equal("[variables('appUrl')]", template.Module("alerts")["properties"]!["parameters"]!["appUrl"]!["value"]!.ToString());
        var tests = template.ModuleTemplate("alerts")["variables"]!["availabilityTests"]!.AsArray();
        Assert.Equal(["/health", "/health/ready"], tests.Select(static test => test!["path"]!.ToString()));
    }

    [Fact]
    public async Task Alert_AboutEvents_MailsAgain_ForTheNextEvent()
    {
        Assert.Equal("[not(variables('queryAlerts')[copyIndex()].repeats)]", (await Template.GetAsync()).Single("Microsoft.Insights/scheduledQueryRules")["autoMitigate"]!.ToString());
        Assert.Equal(["lockouts", "refresh-token reuse", "throttled dependency", "logs stopped"], (await QueriesAsync()).Where(static alert => alert!["repeats"]!.GetValue<bool>()).Select(static alert => alert!["title"]!.ToString()));
    }

    [Fact]
    public async Task AlertsOnTheAuditLog_SurviveTheDailyLimit()
    {
        Assert.Equal(
            "[if(variables('queryAlerts')[copyIndex()].isAudit, resourceId('Microsoft.OperationalInsights/workspaces', parameters('auditWorkspaceName')), resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName')))]",
            Assert.Single((await Template.GetAsync()).Single("Microsoft.Insights/scheduledQueryRules")["scopes"]!.AsArray())!.ToString());
        Assert.All(await QueriesAsync(), static alert => Assert.Equal(alert!["isAudit"]!.GetValue<bool>(), alert["query"]!.ToString().Contains("Gatehouse.Audit", StringComparison.Ordinal)));
        Assert.Equal(["lockouts", "refresh-token reuse"], (await QueriesAsync()).Where(static alert => alert!["isAudit"]!.GetValue<bool>()).Select(static alert => alert!["title"]!.ToString()));
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
    public async Task AlertsAndWorkbook_NameOnlyMetricsOfTheApp()
    {
        foreach (var file in (string[])["alerts.json", "workbook.json"])
        {
            var names = Metric().Matches(await ReadAsync(file)).Select(static match => match.Value).ToArray();
            Assert.NotEmpty(names);
            Assert.All(names, static name => Assert.Contains(name, MetricConstants.All));
        }
    }

    [Fact]
    public async Task Workbook_ShowsEachMetric()
    {
        var workbook = await ReadAsync("workbook.json");
        Assert.All(MetricConstants.All, name => Assert.Contains(name, workbook, StringComparison.Ordinal));
    }

    private static async Task<JsonArray> QueriesAsync() => JsonNode.Parse(await ReadAsync("alerts.json"))!.AsArray();

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(RepositoryFolder.PathOf($"infra/{file}"), TestContext.Current.CancellationToken);

    // Every "query" of a document, at any depth.
    private static IEnumerable<string> Nodes(JsonNode node) => node switch
    {
        JsonObject pairs => pairs.SelectMany(static pair => pair is { Key: "query", Value: JsonValue query } ? [query.ToString()] : pair.Value is { } value ? Nodes(value) : []),
        JsonArray items => items.SelectMany(static item => item is null ? [] : Nodes(item)),
        _ => [],
    };

    // A row of the table of metrics in docs/telemetry.md.
    [GeneratedRegex(@"^\| `(?<metric>gatehouse\.[a-z_.]+)` \| [^|]* \| [^|]* \| (?<attributes>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"Properties\.(\w+)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"gatehouse\.[a-z_.]*[a-z]")]
    private static partial Regex Metric();
}
