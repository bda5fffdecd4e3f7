using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

public sealed partial class AccessRuleTests
{
    private const string App = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName')), '2023-01-31').principalId]";

    // Every role assignment. A reviewer sees here each one that a change adds, removes or broadens.
    private static readonly (string Principal, string Kind, string Role, string Scope)[] Given =
    [
        (App, "ServicePrincipal", "Monitoring Metrics Publisher", "Microsoft.Insights/components"),
        (App, "ServicePrincipal", "Key Vault Secrets User", "Microsoft.KeyVault/vaults"),
        ("[parameters('operatorGroupId')]", "Group", "Key Vault Secrets Officer", "Microsoft.KeyVault/vaults"),
        ("[parameters('operatorId')]", "[parameters('operatorType')]", "Key Vault Secrets Officer", "Microsoft.KeyVault/vaults"),
        ("[parameters('applicationObjectId')]", "ServicePrincipal", "Communication and Email Service Owner", "Microsoft.Communication/communicationServices"),
        (App, "ServicePrincipal", "Storage Blob Data Owner", "Microsoft.Storage/storageAccounts"),
        (App, "ServicePrincipal", "Storage Table Data Contributor", "Microsoft.Storage/storageAccounts"),
    ];

    private static readonly Dictionary<string, string> Roles = new()
    {
        ["09976791-48a7-449e-bb21-39d1a415f350"] = "Communication and Email Service Owner",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
    };

    [Fact]
    public async Task RoleAssignments_AreExactlyThese()
    {
        var given = new List<(string Principal, string Kind, string Role, string Scope)>();
        foreach (var assignment in await AssignmentsAsync())
        {
            var role = await RoleAsync(assignment);
            var scope = Scope().Match(assignment.Json["scope"]!.ToString()).Groups[1].Value;
            given.Add((assignment["principalId"]!.ToString(), assignment["principalType"]!.ToString(), Roles.GetValueOrDefault(role, role), scope));
        }

        Assert.Equal(Given.OrderBy(static one => one.ToString(), StringComparer.Ordinal), given.OrderBy(static one => one.ToString(), StringComparer.Ordinal));
    }

    [Theory]
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
    public async Task RoleAssignments_HaveDeterministicNames() =>
        Assert.All(await AssignmentsAsync(), static assignment =>
        {
            Assert.StartsWith("[guid(resourceId(", assignment.Name, StringComparison.Ordinal);
            Assert.DoesNotContain("newGuid", assignment.Name, StringComparison.OrdinalIgnoreCase);
        });

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
        Assert.True(template.Single("Microsoft.Insights/components")["DisableLocalAuth"]!.GetValue<bool>());
        Assert.True(template.Single("Microsoft.OperationalInsights/workspaces")["features/disableLocalAuth"]!.GetValue<bool>());
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

    // The resource itself, not its resource group or subscription.
    [GeneratedRegex(@"^\[resourceId\('([^']*)', parameters\('\w+'\)\)\]$")]
    private static partial Regex Scope();
}
