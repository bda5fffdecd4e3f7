namespace Gatehouse.Tests.Infra;

public sealed class AccessRuleTests
{
    private const string SecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

    private static readonly string[] Roles =
    [
        "3913510d-42f4-4e42-8a64-420c390055eb", // Monitoring Metrics Publisher
        SecretsUser,
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", // Storage Blob Data Owner
        "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", // Storage Table Data Contributor
    ];

    [Fact]
    public async Task App_HasTheseRolesAndNoOther()
    {
        var given = new List<string>();
        foreach (var assignment in await AssignmentsAsync())
        {
            if (assignment["principalId"]!.ToString() == "[parameters('principalId')]")
            {
                given.Add(await RoleAsync(assignment));
            }
        }

        Assert.Equal(Roles.Order(), given.Order());
    }

    [Fact]
    public async Task WritingSecrets_IsForTheOperatorOnly()
    {
        var writers = new List<TemplateResource>();
        foreach (var assignment in await AssignmentsAsync())
        {
            if (await RoleAsync(assignment) == SecretsOfficer)
            {
                writers.Add(assignment);
            }
        }

        var writer = Assert.Single(writers);
        Assert.Equal("[parameters('operatorId')]", writer["principalId"]!.ToString());
        Assert.Equal("[not(empty(parameters('operatorId')))]", writer.Json["condition"]!.ToString());
    }

    [Fact]
    public async Task Roles_AreGivenOnAResource() =>
        Assert.All(await AssignmentsAsync(), static assignment => Assert.StartsWith("[resourceId(", assignment.Json["scope"]?.ToString(), StringComparison.Ordinal));

    [Fact]
    public async Task Roles_HaveNamesThatStay() =>
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

        foreach (var deployment in template.Resources.Where(static resource => resource["template/outputs"] is not null))
        {
            foreach (var (name, output) in deployment["template/outputs"]!.AsObject().Where(static output => output.Value!["type"]!.ToString() is not "securestring"))
            {
                Assert.DoesNotMatch("(?i)secret|password|connectionstring|instrumentationkey", $"{name} {output!["value"]}");
            }
        }
    }

    [Fact]
    public async Task Telemetry_IsTakenFromIdentitiesOnly()
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

    // The definition names a variable of its module, and the variable the role.
    private static async Task<string> RoleAsync(TemplateResource assignment)
    {
        var variables = (await Template.GetAsync()).ModuleTemplate(assignment.Module)["variables"]!.AsObject();
        return Assert.Single(variables, variable => assignment["roleDefinitionId"]!.ToString().Contains($"variables('{variable.Key}')", StringComparison.Ordinal)).Value!.ToString();
    }
}
