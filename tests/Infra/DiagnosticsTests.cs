namespace Gatehouse.Tests.Infra;

public sealed class DiagnosticsTests
{
    // Their logs and metrics are those of the resource that owns them, or they have none that a reader would look at; the app logs a mail that was not taken.
    private static readonly string[] Silent =
    [
        "Microsoft.Authorization/locks", "Microsoft.Authorization/roleAssignments", "Microsoft.Communication/communicationServices", "Microsoft.Communication/emailServices",
        "Microsoft.Communication/emailServices/domains", "Microsoft.Consumption/budgets", "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "Microsoft.Insights/actionGroups", "Microsoft.Insights/components", "Microsoft.Insights/diagnosticSettings", "Microsoft.Insights/metricAlerts",
        "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/webtests", "Microsoft.Insights/workbooks", "Microsoft.ManagedIdentity/userAssignedIdentities",
        "Microsoft.Network/natGateways", "Microsoft.Network/networkSecurityGroups", "Microsoft.Network/privateDnsZones", "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "Microsoft.Network/privateEndpoints", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "Microsoft.Network/publicIPAddresses",
        "Microsoft.OperationalInsights/workspaces/dataExports", "Microsoft.Resources/resourceGroups", "Microsoft.Storage/storageAccounts",
        "Microsoft.Storage/storageAccounts/blobServices/containers", "Microsoft.Storage/storageAccounts/managementPolicies", "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
    ];

    /// <remarks>Which logs and metrics: tests/Infra/template.txt.</remarks>
    [Fact]
    public async Task EachResource_SendsItsLogsAndMetrics_ToAWorkspace()
    {
        var template = await Template.GetAsync();
        var sources = template.OfType("Microsoft.Insights/diagnosticSettings").Select(static setting => (setting.Module, Scope: setting.Json["scope"]!.ToString())).ToArray();
        Assert.All(
            template.Made.Where(static resource => !Silent.Contains(resource.Type)),
            resource => Assert.Contains(sources, source => source.Module == resource.Module && source.Scope.StartsWith($"[resourceId('{resource.Type}'", StringComparison.Ordinal)));
    }
}
