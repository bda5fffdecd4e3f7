using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

/// <summary>A resource of the compiled template.</summary>
/// <param name="Module">The symbol of the module that contains it; empty in main.bicep.</param>
/// <param name="Symbol">The symbolic name, empty without one.</param>
/// <param name="Json">The whole resource.</param>
internal sealed record TemplateResource(string Module, string Symbol, JsonObject Json)
{
    public string Type => Json["type"]!.GetValue<string>();

    public string Name => Json["name"]?.ToString() ?? "";

    public string Text => Json.ToJsonString(Template.Plain);

    public JsonNode? this[string path] => path.Split('/').Aggregate((JsonNode?)Json["properties"], static (node, name) => node?[name]);

    public override string ToString() => $"{Module}: {Type} {Name}";
}
