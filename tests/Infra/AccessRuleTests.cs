using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

public sealed partial class AccessRuleTests
{
    private const string App = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName')), '2024-11-30').principalId]";
    private const string Backup = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('backupIdentityName')), '2024-11-30').principalId]";
    private const string Package = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('packageIdentityName')), '2024-11-30').principalId]";

    // Every role assignment. A reviewer sees here each one that a change adds, removes or broadens.
    private static readonly (string Principal, string Kind, string Role, string Scope)[] Given =
    [
        (App, "ServicePrincipal", "Monitoring Metrics Publisher", "audit: Microsoft.Insights/components"),
        (App, "ServicePrincipal", "Monitoring Metrics Publisher", "monitoring: Microsoft.Insights/components"),
        (App, "ServicePrincipal", "Key Vault Secrets User", "vault: Microsoft.KeyVault/vaults"),
        ("[parameters('operatorGroupId')]", "Group", "Key Vault Secrets Officer", "vault: Microsoft.KeyVault/vaults"),
        ("[parameters('operatorId')]", "[parameters('operatorType')]", "Key Vault Secrets Officer", "vault: Microsoft.KeyVault/vaults"),
        ("[parameters('applicationObjectId')]", "ServicePrincipal", "Communication and Email Service Owner", "mail: Microsoft.Communication/communicationServices"),
        (App, "ServicePrincipal", "Storage Blob Data Owner", "hostStorage: Microsoft.Storage/storageAccounts/blobServices/containers azure-webjobs-hosts azure-webjobs-secrets"),
        (App, "ServicePrincipal", "Storage Blob Data Reader", "hostStorage: Microsoft.Storage/storageAccounts"),
        (Package, "ServicePrincipal", "Storage Blob Data Contributor", "hostStorage: Microsoft.Storage/storageAccounts/blobServices/containers packages"),
        (App, "ServicePrincipal", "Storage Blob Data Contributor", "storage: Microsoft.Storage/storageAccounts"),
        (App, "ServicePrincipal", "Storage Table Data Contributor", "storage: Microsoft.Storage/storageAccounts"),
        (Backup, "ServicePrincipal", "Storage Table Data Reader", "backup: Microsoft.Storage/storageAccounts"),
        (Backup, "ServicePrincipal", "Storage Blob Data Contributor", "backup: Microsoft.Storage/storageAccounts/blobServices/containers backups"),
    ];

    private static readonly Dictionary<string, string> Roles = new()
    {
        ["09976791-48a7-449e-bb21-39d1a415f350"] = "Communication and Email Service Owner",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["76199698-9eea-4c19-bc75-cec21354c6b6"] = "Storage Table Data Reader",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
    };

    [Fact]
    public async Task RoleAssignments_AreExactlyThese()
    {
        var given = new List<(string Principal, string Kind, string Role, string Scope)>();
        foreach (var assignment in await AssignmentsAsync())
        {
            var role = await RoleAsync(assignment);
            var resource = Scope().Match(assignment.Json["scope"]!.ToString()).Groups;
            var containers = Container().Matches(resource[2].Value).Select(static name => " " + name.Groups[1].Value);
            var scope = $"{assignment.Module}: {resource[1].Value}{string.Concat(containers)}";
            given.Add((assignment["principalId"]!.ToString(), assignment["principalType"]!.ToString(), Roles.GetValueOrDefault(role, role), scope));
        }

        Assert.Equal(Given.OrderBy(static one => one.ToString(), StringComparer.Ordinal), given.OrderBy(static one => one.ToString(), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("hostStorage")]
    [InlineData("monitoring")]
    [InlineData("storage")]
    [InlineData("vault")]
    public async Task Module_GetsTheAppsIdentity(string module)
    {
        var parameters = (await Template.GetAsync()).Module(module)["properties"]!["parameters"]!;
        Assert.Equal("[variables('names').identity]", parameters["identityName"]!["value"]!.ToString());
    }

    [Fact]
    public async Task WritingSecrets_IsForTheDeployer_AndANamedGroup()
    {
        var template = await Template.GetAsync();
        var condition = Assert.Single(await AssignmentsAsync(), static assignment => assignment.Json["condition"] is not null);
        Assert.Equal("[parameters('operatorGroupId')]", condition["principalId"]!.ToString());
        Assert.Equal("[not(empty(parameters('operatorGroupId')))]", condition.Json["condition"]!.ToString());
        Assert.Equal("", template.Json["parameters"]!["operatorGroupId"]!["defaultValue"]!.ToString());
        var given = template.Module("vault")["properties"]!["parameters"]!;
        Assert.Equal("[deployer().objectId]", given["operatorId"]!["value"]!.ToString());
        Assert.Equal("[if(empty(coalesce(tryGet(deployer(), 'userPrincipalName'), '')), createObject('value', 'ServicePrincipal'), createObject('value', 'User'))]", given["operatorType"]!.ToString());
        Assert.Equal("[parameters('operatorGroupId')]", given["operatorGroupId"]!["value"]!.ToString());
    }

    [Fact]
    public async Task RoleAssignments_AreScopedToAResource() =>
        Assert.All(await AssignmentsAsync(), static assignment => Assert.StartsWith("[resourceId(", assignment.Json["scope"]?.ToString(), StringComparison.Ordinal));

    [Fact]
    public async Task RoleAssignments_HaveNames_ByScopeAndIdentity() =>
        Assert.All(await AssignmentsAsync(), static assignment =>
            Assert.Matches(@"^\[guid\(resourceId\(.*, (resourceId\('Microsoft\.ManagedIdentity/userAssignedIdentities', parameters\('(i|packageI|backupI)dentityName'\)\)|parameters\('(operator(Group)?|applicationObject)Id'\)), variables\('\w+'\)\)\]$", assignment.Name));

    [Fact]
    public async Task App_HasTheIdentitiesOfItsRoles_AndStoresThePackageByTheOther()
    {
        var app = (await Template.GetAsync()).Single("Microsoft.Web/sites");
        Assert.Equal("UserAssigned", app.Json["identity"]!["type"]!.GetValue<string>());
        Assert.Equal(["identityName", "packageIdentityName", "backupIdentityName"], IdentityName().Matches(app.Json["identity"]!["userAssignedIdentities"]!.ToString()).Select(static name => name.Groups[1].Value));
        Assert.Equal("[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('packageIdentityName'))]", app["functionAppConfig/deployment/storage/authentication/userAssignedIdentityResourceId"]!.ToString());
    }

    [Fact]
    public async Task Keys_AreNeverListed() =>
        Assert.DoesNotMatch(@"list(Account)?(Keys|SAS|Secrets|ConnectionStrings)\(", (await Template.GetAsync()).Json.ToJsonString(Template.Plain));

    [Fact]
    public async Task Outputs_HoldNoSecret()
    {
        var template = await Template.GetAsync();
        foreach (var (name, output) in template.Json["outputs"]!.AsObject())
        {
            Assert.DoesNotMatch("(?i)secret|password|connectionstring|instrumentationkey|listOutputs", $"{name} {output!["value"]}");
        }

        Assert.DoesNotContain(template.Resources, static resource => resource["template/outputs"] is not null);
    }

    [Fact]
    public async Task Telemetry_IsAcceptedFromIdentitiesOnly()
    {
        var template = await Template.GetAsync();
        Assert.All(template.OfType("Microsoft.Insights/components"), static component => Assert.True(component["DisableLocalAuth"]!.GetValue<bool>()));
        Assert.All(template.OfType("Microsoft.OperationalInsights/workspaces"), static workspace => Assert.True(workspace["features/disableLocalAuth"]!.GetValue<bool>()));
        var settings = await AppSettings.ReadAsync();
        Assert.Equal($"ClientId={settings["AZURE_CLIENT_ID"]};Authorization=AAD", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]);
    }

    private static async Task<TemplateResource[]> AssignmentsAsync()
    {
        var assignments = (await Template.GetAsync()).OfType("Microsoft.Authorization/roleAssignments").ToArray();
        Assert.NotEmpty(assignments);
        return assignments;
    }

    // A role definition names a variable of its module, which holds the role's id.
    private static async Task<string> RoleAsync(TemplateResource assignment)
    {
        var variables = (await Template.GetAsync()).ModuleTemplate(assignment.Module)["variables"]!.AsObject();
        return Assert.Single(variables, variable => assignment["roleDefinitionId"]!.ToString().Contains($"variables('{variable.Key}')", StringComparison.Ordinal)).Value!.ToString();
    }

    // The resource itself, not its resource group or subscription; the names of containers in it.
    [GeneratedRegex(@"^\[resourceId\('([^']*)', parameters\('\w+'\)(, 'default', .*)?\)\]$")]
    private static partial Regex Scope();

    [GeneratedRegex(@"userAssignedIdentities', parameters\('(\w+)'\)")]
    private static partial Regex IdentityName();

    [GeneratedRegex(@"'([a-z-]+)'(?<!'default')")]
    private static partial Regex Container();
}
