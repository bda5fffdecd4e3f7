using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

/// <summary>The compiled infra/main.bicep, with the resources of all modules in one list.</summary>
internal sealed class Template
{
    /// <summary>Leaves quotes and brackets of expressions unescaped.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Deployment = "Microsoft.Resources/deployments";

    private static readonly Lazy<Task<Template>> Compiled = new(CompileAsync);

    private Template(JsonObject json)
    {
        Json = json;
        Resources = [.. Flatten("", json)];
    }

    public JsonObject Json { get; }

    public IReadOnlyList<TemplateResource> Resources { get; }

    /// <summary>The resources that the template creates, without the deployments around them.</summary>
    public IEnumerable<TemplateResource> Made =>
        Resources.Where(static resource => resource.Type != Deployment && resource.Json["existing"]?.GetValue<bool>() != true);

    public static Task<Template> GetAsync() => Compiled.Value;

    public IEnumerable<TemplateResource> OfType(string type) => Made.Where(resource => resource.Type == type);

    public TemplateResource Single(string type) => Assert.Single(OfType(type));

    /// <summary>The deployment of a module of main.bicep.</summary>
    public JsonObject Module(string symbol) => Json["resources"]![symbol]!.AsObject();

    public JsonObject ModuleTemplate(string symbol) => Module(symbol)["properties"]!["template"]!.AsObject();

    private static async Task<Template> CompileAsync() => new((await Bicep.BuildAsync()).ReadOutput("main.bicep"));

    private static IEnumerable<TemplateResource> Flatten(string module, JsonObject template)
    {
        var resources = template["resources"] is JsonArray array
            ? array.Select(static node => KeyValuePair.Create("", node))
            : template["resources"]!.AsObject();
        foreach (var (symbol, node) in resources)
        {
            var resource = new TemplateResource(module, symbol, node!.AsObject());
            yield return resource;
            if (resource.Type == Deployment)
            {
                foreach (var inner in Flatten(symbol.Length > 0 ? symbol : module, resource["template"]!.AsObject()))
                {
                    yield return inner;
                }
            }
        }
    }
}
