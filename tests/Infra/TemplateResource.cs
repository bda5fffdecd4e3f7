using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

/// <summary>A resource of the compiled template.</summary>
/// <param name="Module">The deployment that it is part of; empty at the top.</param>
/// <param name="Symbol">What the deployment calls it, where it says so.</param>
/// <param name="Json">All of it.</param>
internal sealed record TemplateResource(string Module, string Symbol, JsonObject Json)
{
    public string Type => Json["type"]!.GetValue<string>();

    public string Name => Json["name"]?.ToString() ?? "";

    public string Text => Json.ToJsonString(Template.Plain);

    public JsonNode? this[string path] => path.Split('/').Aggregate((JsonNode?)Json["properties"], static (node, name) => node?[name]);

    public override string ToString() => $"{Module}: {Type} {Name}";
}
