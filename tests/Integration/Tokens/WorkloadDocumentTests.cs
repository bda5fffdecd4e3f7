using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Holds docs/workloads.md to the code: Gatehouse starts with each block, and takes a token as that platform writes it.</summary>
public sealed partial class WorkloadDocumentTests : IssuerTest
{
    public static TheoryData<string> Names() => [.. WorkloadTokens.All.Keys];

    [Fact]
    public void EveryBlock_IsTested() => Assert.Equal(WorkloadTokens.All.Keys, ReadBlocks().Select(static block => block.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Workload_GetsAToken_AsOftenAsItsPlatformNeeds(string name)
    {
        var settings = SettingsOf(name);
        var platform = new StandInIssuer(Network, Time, settings["Clients:0:Federated:Issuer"]!);
        var host = await StartAsync(settings);
        var assertion = WorkloadTokens.Create(platform, name, Time.GetUtcNow());

        using var first = await PostAsync(host, assertion);
        using var second = await PostAsync(host, assertion);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(settings.ContainsKey("Clients:0:Federated:Reusable") ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, second.StatusCode);
        using var products = await host.GetAsync("/api/products", (await Hosting.Tokens.ReadAsync(first)).AccessToken);
        Assert.Equal(HttpStatusCode.OK, products.StatusCode);
    }

    [Theory]
    [InlineData("GitHub Actions", "repo:another-org/your-repo:environment:production")]
    [InlineData("Kubernetes", "system:serviceaccount:shop:default")]
    [InlineData("Azure managed identity", "0a7c3e2d-6b54-4f0e-9a31-58c0de7b4f12")]
    [InlineData("Google service account", "998877665544332211001")]
    public async Task AnotherWorkloadOfThePlatform_IsRefused(string name, string subject)
    {
        var settings = SettingsOf(name);
        var platform = new StandInIssuer(Network, Time, settings["Clients:0:Federated:Issuer"]!);
        var host = await StartAsync(settings);

        using var response = await PostAsync(host, WorkloadTokens.Create(platform, name, Time.GetUtcNow(), claims => claims["sub"] = subject));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    // Beside the client of other tests, with the issuer of the document's examples, which is their audience.
    private Task<GatehouseHost> StartAsync(Dictionary<string, string?> settings) =>
        StartWithAsync(settings
            .Select(static setting => KeyValuePair.Create(setting.Key.Replace("Clients:0:", "Clients:1:", StringComparison.Ordinal), setting.Value))
            .Append(KeyValuePair.Create("Tokens:Issuer", (string?)"https://api.example.com"))
            .ToDictionary());

    private static Task<HttpResponseMessage> PostAsync(GatehouseHost host, string assertion) => host.PostFormAsync(
        "/token",
        ("grant_type", "client_credentials"),
        ("client_id", "importer"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion));

    private static Dictionary<string, string?> SettingsOf(string name) => ReadBlocks().Single(block => block.Name == name).Settings;

    private static IEnumerable<(string Name, Dictionary<string, string?> Settings)> ReadBlocks()
    {
        var text = File.ReadAllText(RepositoryFolder.PathOf("docs/workloads.md"));
        foreach (Match block in Block().Matches(text))
        {
            var settings = JsonSerializer.Deserialize<Dictionary<string, string?>>(block.Groups[1].Value)!;
            yield return (
                Heading().Matches(text[..block.Index])[^1].Groups[1].Value,
                settings.ToDictionary(static setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), static setting => setting.Value));
        }
    }

    [GeneratedRegex("^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
