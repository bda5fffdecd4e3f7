using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

/// <summary>The logs and metrics that each resource sends to the workspace.</summary>
public sealed class DiagnosticsTests
{
    [Theory]
    [InlineData("Microsoft.KeyVault/vaults", "audit", "AllMetrics")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices", "audit", "Transaction")]
    [InlineData("Microsoft.Storage/storageAccounts/tableServices", "StorageWrite StorageDelete", "Transaction")]
    [InlineData("Microsoft.Web/sites", "FunctionAppLogs", "AllMetrics")]
    [InlineData("Microsoft.Web/serverfarms", "", "AllMetrics")]
    [InlineData("Microsoft.OperationalInsights/workspaces", "audit", "AllMetrics")]
    [InlineData("Microsoft.EventGrid/systemTopics", "DeliveryFailures", "AllMetrics")]
    [InlineData("Microsoft.Network/virtualNetworks", "", "AllMetrics")]
    public async Task Diagnostics_OfEachResource_GoToTheWorkspace(string type, string logs, string metrics)
    {
        var template = await Template.GetAsync();
        template.Single(type);
        var setting = Assert.Single(
            template.OfType("Microsoft.Insights/diagnosticSettings"),
            setting => setting.Json["scope"]!.ToString().StartsWith($"[resourceId('{type}'", StringComparison.Ordinal));
        Assert.Equal(logs, Categories(setting["logs"]));
        Assert.Equal(metrics, Categories(setting["metrics"]));
        Assert.Contains(
            setting["workspaceId"]!.ToString(),
            (string[])["[parameters('workspaceId')]", "[resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName'))]"]);
    }

    // A disabled category logs nothing.
    private static string Categories(JsonNode? entries) =>
        string.Join(' ', (entries?.AsArray() ?? []).Where(static entry => entry!["enabled"]!.GetValue<bool>()).Select(static entry => (entry!["category"] ?? entry["categoryGroup"])!.ToString()));
}
