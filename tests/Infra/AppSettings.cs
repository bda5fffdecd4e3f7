using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

/// <summary>The app's settings as the template sets them, with sample values for those that only Azure knows.</summary>
internal static partial class AppSettings
{
    private const string ClientId = "reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName')), '2024-11-30').clientId";

    private static readonly Dictionary<string, string> Known = new()
    {
        ["parameters('storageName')"] = "stsample",
        ["parameters('hostStorageName')"] = "sthostsample",
        [ClientId] = "11111111-2222-3333-4444-555555555555",
        [$"format('ClientId={{0}};Authorization=AAD', {ClientId})"] = "ClientId=11111111-2222-3333-4444-555555555555;Authorization=AAD",
        ["reference(resourceId('Microsoft.Insights/components', parameters('insightsName')), '2020-02-02').ConnectionString"] =
            "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
        ["reference(resourceId('Microsoft.Insights/components', parameters('auditInsightsName')), '2020-02-02').ConnectionString"] =
            "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
        ["parameters('backupName')"] = "stbackupsample",
        ["tryGet(if(not(empty(parameters('backupIdentityName'))), reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('backupIdentityName')), '2024-11-30', 'full'), null()), 'properties', 'clientId')"] =
            "11111111-2222-3333-4444-666666666666",
        ["parameters('issuer')"] = "https://func-gatehouse-sample.azurewebsites.net",
        ["parameters('audience')"] = "gatehouse",
        ["parameters('vaultUri')"] = "https://kv-sample.vault.azure.net/",
        ["environment().suffixes.storage"] = "core.windows.net",
    };

    public static async Task<Dictionary<string, string>> ReadAsync() =>
        (await ReadExpressionsAsync()).ToDictionary(static setting => setting.Key, static setting => setting.Value.StartsWith('[') ? Known[setting.Value[1..^1]] : setting.Value);

    /// <summary>The settings as the compiled template has them: literals, and expressions in brackets.</summary>
    public static async Task<Dictionary<string, string>> ReadExpressionsAsync()
    {
        var template = await Template.GetAsync();
        var all = template.Single("Microsoft.Web/sites")["siteConfig/appSettings"]!.GetValue<string>();
        var identity = All().Match(all);
        Assert.True(identity.Success, all);
        var settings = template.ModuleTemplate("app")["variables"]!["ownSettings"]!.AsArray()
            .ToDictionary(static setting => setting!["name"]!.GetValue<string>(), static setting => setting!["value"]!.GetValue<string>());
        foreach (var setting in new[] { identity.Groups[1], identity.Groups[2] }.SelectMany(static group => Setting().Matches(group.Value)))
        {
            settings.Add(setting.Groups[1].Value, $"[{setting.Groups[2].Value}]");
        }

        return settings;
    }

    // What Azure alone knows is written where it is used, not in a variable.
    [GeneratedRegex(@"^\[concat\(variables\('ownSettings'\), createArray\((.+)\), if\(empty\(parameters\('backupName'\)\), createArray\(\), createArray\((.+)\)\), variables\('furtherSettings'\)\)\]$")]
    private static partial Regex All();

    [GeneratedRegex(@"createObject\('name', '(\w+)', 'value', (.+?)\)(?=$|, createObject)")]
    private static partial Regex Setting();
}
