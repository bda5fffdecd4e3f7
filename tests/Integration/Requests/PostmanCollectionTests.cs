using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protection;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Node;
using Gatehouse.Tests.Integration.OpenApi;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>The collection for Postman is what openapi.json gives, and newman runs it from top to bottom.</summary>
public sealed class PostmanCollectionTests
{
    private const string Collection = "docs/gatehouse.postman_collection.json";

    private static IEnumerable<string> Operations =>
        ApiDescription.Embedded.Operations.Select(static operation => operation.Element.GetProperty("summary").GetString()!);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collection_IsMadeOfTheDocument()
    {
        var made = await NodeProcess.RunAsync("postman-collection.mjs", [RepositoryFolder.PathOf("functions/Operations/OpenApi/openapi.json")]);

        Assert.True(made.ExitCode == 0, made.Errors);
        RepositoryFolder.AssertHolds(Collection, made.Output.TrimEnd() + "\n");
    }

    [Fact]
    public async Task EveryRequest_Succeeds_InTheOrderOfTheCollection()
    {
        using var folder = new TemporaryFolder();
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Clients:0:Scopes"] = $"{Scopes.ProductsRead} {Scopes.TokensIntrospect}",
                ["Operations:ServeReference"] = "true",
            },
        });
        await host.AddUserAsync("ada", "admin");
        await host.AddClientSecretAsync();
        var report = Path.Combine(folder.Path, "report.json");

        var run = await NodeProcess.RunAsync(
            "node_modules/newman/bin/newman.js",
            ["run", await FillInAsync(folder.Path, host), "--reporters", "json", "--reporter-json-export", report]);

        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(report, Cancellation));
        var answers = results.RootElement.GetProperty("run").GetProperty("executions").EnumerateArray()
            .Select(static execution => (
                Name: execution.GetProperty("item").GetProperty("name").GetString()!,
                Status: execution.GetProperty("response").GetProperty("code").GetInt32()))
            .ToArray();
        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Errors}\n{string.Join('\n', answers)}");
        Assert.All(answers, static answer => Assert.InRange(answer.Status, 200, 204));
        Assert.Equal(Operations.Order(), answers.Select(static answer => answer.Name).Distinct().Order());
    }

    /// <summary>What somebody does who has imported it: says where, and who.</summary>
    private static async Task<string> FillInAsync(string folder, GatehouseHost host)
    {
        var collection = JsonNode.Parse(await File.ReadAllTextAsync(RepositoryFolder.PathOf(Collection), Cancellation))!;
        var values = new Dictionary<string, string>
        {
            ["baseUrl"] = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority),
            ["username"] = "ada",
            ["password"] = GatehouseHost.Password,
            ["clientId"] = GatehouseHost.ClientId,
            ["clientSecret"] = GatehouseHost.ClientSecret,
            ["newPassword"] = "another horse, and a longer battery",
        };
        foreach (var variable in collection["variable"]!.AsArray())
        {
            variable!["value"] = values.GetValueOrDefault(variable["key"]!.GetValue<string>(), "");
        }

        var filledIn = Path.Combine(folder, "collection.json");
        await File.WriteAllTextAsync(filledIn, collection.ToJsonString(), Cancellation);
        return filledIn;
    }
}
