using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.OpenApi;

/// <summary>The description of an app that gives the writer no parts of its own.</summary>
public sealed partial class OpenApiWriterTests
{
    private static readonly Assembly App = typeof(OpenApiWriterTests).Assembly;

    [Fact]
    public void Document_WithoutParts_ComesFromTheAssembly()
    {
        var document = Write();

        Assert.Equal(["openapi", "info", "paths", "components"], document.Select(static part => part.Key));
        Assert.Equal(App.GetName().Name, document["info"]!["title"]!.GetValue<string>());
    }

    [Fact]
    public void Document_WithoutParts_HasEveryPartToWhichItRefers_AndNoOtherDefault()
    {
        var document = Write();

        var references = Reference().Matches(document.ToJsonString()).Select(static reference => reference.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(reference.Split('/').Aggregate<string, JsonNode?>(document, static (node, name) => node?[name])));
        Assert.All(document["components"]!["headers"]!.AsObject(), header => Assert.Contains($"components/headers/{header.Key}", references));
    }

    [Fact]
    public void Part_ThatIsGiven_WinsOverTheDefault()
    {
        var document = Write("""{ "info": { "title": "Shop", "version": "2.1.0" }, "components": { "headers": { "NoStore": { "description": "ours" } } } }""");

        Assert.Equal("Shop", document["info"]!["title"]!.GetValue<string>());
        Assert.Equal("ours", document["components"]!["headers"]!["NoStore"]!["description"]!.GetValue<string>());
        Assert.NotNull(document["components"]!["headers"]!["BearerChallenge"]);
    }

    private static JsonObject Write(string parts = "{}")
    {
        var function = new FunctionEndpoint("Rename", "orders/{id}", ["PUT"], typeof(OperationWriterTests.Functions).GetMethod(nameof(OperationWriterTests.Functions.Rename))!);
        return JsonNode.Parse(OpenApiWriter.Write([function], [App], parts))!.AsObject();
    }

    [GeneratedRegex("\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
