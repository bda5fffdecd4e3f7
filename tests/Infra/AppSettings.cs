using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra;

/// <summary>The app's settings as the template sets them, with sample values for those that only Azure knows.</summary>
internal static partial class AppSettings
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["storageAccountName"] = "stsample",
        ["identityClientId"] = "11111111-2222-3333-4444-555555555555",
        ["insightsConnectionString"] = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
        ["issuer"] = "https://func-gatehouse-sample.azurewebsites.net",
        ["audience"] = "gatehouse",
        ["vaultUri"] = "https://kv-sample.vault.azure.net/",
    };

    public static async Task<Dictionary<string, string>> ReadAsync()
    {
        var template = await Template.GetAsync();
        Assert.Equal("[concat(variables('ownSettings'), variables('furtherSettings'))]", template.Single("Microsoft.Web/sites")["siteConfig/appSettings"]!.GetValue<string>());
        return template.ModuleTemplate("app")["variables"]!["ownSettings"]!.AsArray()
            .ToDictionary(static setting => setting!["name"]!.GetValue<string>(), static setting => Evaluate(setting!["value"]!));
    }

    private static string Evaluate(JsonNode node)
    {
        var text = node.GetValue<string>();
        if (!text.StartsWith('['))
        {
            return text;
        }

        if (text == "[environment().suffixes.storage]")
        {
            return "core.windows.net";
        }

        var parameters = Parameter().Matches(text).Select(static match => (object)Known[match.Groups[1].Value]).ToArray();
        if (Format().Match(text) is { Success: true } format)
        {
            return string.Format(CultureInfo.InvariantCulture, format.Groups[1].Value, parameters);
        }

        Assert.Matches(@"^\[parameters\('\w+'\)\]$", text);
        return (string)parameters.Single();
    }

    [GeneratedRegex(@"parameters\('(\w+)'\)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\[format\('([^']*)'(, parameters\('\w+'\))+\)\]$")]
    private static partial Regex Format();
}
