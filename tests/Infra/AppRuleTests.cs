using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

public sealed class AppRuleTests
{
    // Settings that other plans need and Flex Consumption refuses.
    private static readonly string[] Forbidden =
    [
        "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_CONTENT", "SCM_DO_BUILD", "ENABLE_ORYX_BUILD",
        "WEBSITE_TIME_ZONE", "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_VNET_ROUTE_ALL",
    ];

    [Fact]
    public async Task App_HasNoSiteProperty_ThatFlexRefuses()
    {
        // Azure accepts these. It answers others, such as ftpsState, linuxFxVersion, use32BitWorkerProcess and functionAppScaleLimit, with
        // "site configuration property … for Flex Consumption sites is invalid".
        string[] accepted = ["appSettings", "cors", "healthCheckPath", "http20Enabled", "ipSecurityRestrictions", "minTlsVersion", "remoteDebuggingEnabled", "scmMinTlsVersion"];
        var app = (await Template.GetAsync()).Single("Microsoft.Web/sites");
        Assert.Empty(app["siteConfig"]!.AsObject().Select(static property => property.Key).Except(accepted));
    }

    [Fact]
    public async Task App_BehindAProxy_AdmitsTheProxyTheTestAndTheDeployer_AndNobodyElse()
    {
        var template = await Template.GetAsync();
        var variables = template.Json["variables"]!;
        Assert.Contains("'ipAddress', 'AzureFrontDoor.Backend', 'headers', createObject('x-azure-fdid', createArray(parameters('frontDoorId')))", variables["proxies"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("parameters('proxyAddresses')", variables["proxies"]!.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("[if(empty(variables('proxies')), createArray(), concat(variables('proxies'), ", variables["callers"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("'ipAddress', 'ApplicationInsightsAvailability'", variables["callers"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("parameters('deployerAddresses')", variables["callers"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("[variables('callers')]", template.Module("app")["properties"]!["parameters"]!["allowedCallers"]!["value"]!.ToString());
        Assert.Contains("'name', 'others', 'ipAddress', 'Any', 'action', 'Deny', 'priority', 2147483647", template.Single("Microsoft.Web/sites")["siteConfig/ipSecurityRestrictions"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task App_BehindAProxy_CountsIt_UnlessTheSettingsCount() =>
        Assert.Equal(
            "[union(if(empty(variables('proxies')), createObject(), createObject('Http__ProxiesInFront', '1')), variables('mailSettings'), parameters('settings'))]",
            (await Template.GetAsync()).Module("app")["properties"]!["parameters"]!["settings"]!["value"]!.ToString());

    [Fact]
    public async Task Mail_NeedsAnApplicationThatSendsIt_AndASender()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[not(empty(parameters('mailApplicationObjectId')))]", template.Module("mail")["condition"]!.ToString());
        Assert.StartsWith("[if(empty(parameters('mailFrom')), createObject(), createObject('Mail__Host', 'smtp.azurecomm.net', ", template.Json["variables"]!["mailSettings"]!.ToString(), StringComparison.Ordinal);
        Assert.All(new[] { "mailApplicationObjectId", "mailApplicationId", "mailFrom" }, name => Assert.Equal("", template.Json["parameters"]![name]!["defaultValue"]!.ToString()));
        Assert.Equal("Disabled", template.Single("Microsoft.Communication/emailServices/domains")["userEngagementTracking"]!.ToString());
    }

    [Fact]
    public async Task ZoneRedundancy_WhereThereAreNoZones_FailsBeforeAnythingIsMade()
    {
        var template = await Template.GetAsync();
        Assert.StartsWith("[if(and(parameters('zoneRedundant'), empty(pickZones('Microsoft.Network', 'publicIPAddresses', parameters('location')))), fail(", template.Json["variables"]!["zones"]!.ToString(), StringComparison.Ordinal);
        Assert.All((string[])["app", "hostStorage", "storage"], module => Assert.Equal("[variables('zones')]", template.Module(module)["properties"]!["parameters"]!["zoneRedundant"]!["value"]!.ToString()));
    }

    [Fact]
    public async Task ZoneRedundancy_WithOneReadyInstance_KeepsTwo() =>
        Assert.Equal(
            "[if(and(parameters('zoneRedundant'), equals(parameters('alwaysReadyInstances'), 1)), createObject('value', 2), createObject('value', parameters('alwaysReadyInstances')))]",
            (await Template.GetAsync()).Module("app")["properties"]!["parameters"]!["alwaysReadyInstances"]!.ToString());

    [Fact]
    public async Task PublishingByPassword_IsDisabled()
    {
        var policies = (await Template.GetAsync()).OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(2, policies.Length);
        Assert.All(policies, static policy => Assert.False(policy["allow"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Settings_ThatFlexRefuses_AreAbsent() =>
        Assert.DoesNotContain((await AppSettings.ReadAsync()).Keys, static name => Forbidden.Any(forbidden => name.StartsWith(forbidden, StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public async Task Storage_IsAccessedByIdentity()
    {
        var settings = await AppSettings.ReadAsync();
        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.Equal(settings["AZURE_CLIENT_ID"], settings["AzureWebJobsStorage__clientId"]);
        Assert.DoesNotContain("AzureWebJobsStorage", settings.Keys);
        Assert.DoesNotContain("Storage__ConnectionString", settings.Keys);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("hostStorage")]
    [InlineData("storage")]
    [InlineData("vault")]
    [InlineData("monitoring")]
    [InlineData("network")]
    public async Task App_IsCreatedAfterModule(string module)
    {
        // These modules hold the containers and role assignments that the app needs to start.
        var template = await Template.GetAsync();
        Assert.Contains(module, template.Module("app")["dependsOn"]!.AsArray().Select(static node => node!.GetValue<string>()));
    }

    [Fact]
    public async Task DeploymentContainer_OfTheAppsUrl_IsCreated()
    {
        var template = await Template.GetAsync();
        var url = template.Single("Microsoft.Web/sites")["functionAppConfig/deployment/storage/value"]!.ToString();
        var name = Regex.Match(url, @"^\[format\('\{0\}([a-z0-9-]+)', reference\(resourceId\('Microsoft\.Storage/storageAccounts', parameters\('hostStorageName'\)\), '[0-9-]+'\)\.primaryEndpoints\.blob\)\]$").Groups[1].Value;
        var container = Assert.Single(template.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"), container => container.Name == $"[format('{{0}}/{{1}}/{{2}}', parameters('name'), 'default', '{name}')]");
        Assert.Equal("hostStorage", container.Module);
        Assert.All((string[])["name", "hostStorageName"], parameter => Assert.Equal("[variables('names').hostStorage]", template.Module(parameter == "name" ? "hostStorage" : "app")["properties"]!["parameters"]![parameter]!["value"]!.ToString()));
    }

    [Fact]
    public async Task Settings_OfThePlatform_AreExactlyThese()
    {
        const string client = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName')), '2024-11-30').clientId]";
        string[] platform = ["AzureWebJobs", "AZURE_", "APPLICATIONINSIGHTS_"];
        var settings = (await AppSettings.ReadExpressionsAsync()).Where(setting => platform.Any(prefix => setting.Key.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal(
            [
                new("APPLICATIONINSIGHTS_AUDIT_CONNECTION_STRING", "[reference(resourceId('Microsoft.Insights/components', parameters('auditInsightsName')), '2020-02-02').ConnectionString]"),
                new("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", $"[format('ClientId={{0}};Authorization=AAD', {client[1..^1]})]"),
                new("APPLICATIONINSIGHTS_CONNECTION_STRING", "[reference(resourceId('Microsoft.Insights/components', parameters('insightsName')), '2020-02-02').ConnectionString]"),
                new("AZURE_CLIENT_ID", client),
                new("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"),
                new("AzureWebJobsDisableHomepage", "true"),
                new("AzureWebJobsStorage__accountName", "[parameters('hostStorageName')]"),
                new("AzureWebJobsStorage__clientId", client),
                new("AzureWebJobsStorage__credential", "managedidentity"),
            ],
            settings.OrderBy(static setting => setting.Key, StringComparer.Ordinal));
    }

    /// <remarks>
    /// What-if does not expand a nested deployment with a parameter that is known only during the deployment (NestedDeploymentShortCircuited),
    /// so reviewers would not see its changes.
    /// </remarks>
    [Fact]
    public async Task Module_GetsNothingThatOnlyTheDeploymentKnows() =>
        Assert.All(
            (await Template.GetAsync()).Resources.Where(static resource => resource["template"] is not null),
            static module => Assert.DoesNotContain("reference(", module["parameters"]!.ToJsonString(Template.Plain), StringComparison.Ordinal));
}
