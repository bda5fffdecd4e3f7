using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.OpenApi;

/// <summary>The parts of a description that are the same in every app that Gatehouse.Protection protects.</summary>
internal sealed class DefaultParts
{
    private readonly JsonObject _parts = Read();

    /// <summary>Adds the failures that an app has not described itself.</summary>
    public JsonObject AddAnswers(JsonObject given)
    {
        AddMissing(given, _parts["answers"]!.AsObject(), static _ => true);
        return given;
    }

    /// <summary>Adds a title and a version to a written document, and the components to which it refers, unless it has them.</summary>
    /// <param name="document">The document.</param>
    /// <param name="app">The assembly whose name and version are the title and the version.</param>
    public JsonObject Complete(JsonObject document, Assembly app)
    {
        var text = document.ToJsonString();
        var components = document["components"]!.AsObject();
        foreach (var (kind, parts) in _parts["components"]!.AsObject())
        {
            // Requirements name a security scheme instead of referring to it.
            var isSecurity = kind == "securitySchemes";
            if (components[kind] is JsonObject given)
            {
                AddMissing(given, parts!.AsObject(), name => !isSecurity && IsUsed(name));
            }
            else
            {
                components[kind] = given = [];
                AddMissing(given, parts!.AsObject(), name => isSecurity || IsUsed(name));
            }

            bool IsUsed(string name) => text.Contains($"\"#/components/{kind}/{name}\"", StringComparison.Ordinal);
        }

        var completed = new JsonObject
        {
            ["openapi"] = (document["openapi"] ?? _parts["openapi"]!).DeepClone(),
            ["info"] = document["info"]?.DeepClone() ?? new JsonObject { ["title"] = app.GetName().Name, ["version"] = app.GetName().Version?.ToString(fieldCount: 3) },
        };
        AddMissing(completed, document, static _ => true);
        return completed;
    }

    private static void AddMissing(JsonObject given, JsonObject parts, Func<string, bool> isWanted)
    {
        foreach (var (name, part) in parts.Where(part => !given.ContainsKey(part.Key) && isWanted(part.Key)))
        {
            given[name] = part?.DeepClone();
        }
    }

    private static JsonObject Read()
    {
        using var stream = typeof(DefaultParts).Assembly.GetManifestResourceStream("openapi.defaults.json")!;
        return JsonSerializer.Deserialize<JsonObject>(stream)!;
    }
}
