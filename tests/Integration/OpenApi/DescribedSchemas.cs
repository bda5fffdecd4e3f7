using System.Text.Json;
using Json.Schema;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>
/// Compares JSON with the schemas of openapi.json, and refuses unknown keywords and formats: no part of the description goes
/// unchecked.
/// </summary>
internal sealed class DescribedSchemas
{
    private const string Document = "https://api.example.com/openapi.json";

    private static readonly FormatRegistry Formats = CreateFormats();

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true, FormatRegistry = Formats };

    // The library's registries are written while a schema is built and must not be shared by threads. Tests run side by side.
    private static readonly Lock Registries = new();

    private readonly BuildOptions _build;
    private readonly Dictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    /// <param name="root">The document in which references are looked up.</param>
    /// <exception cref="NotSupportedException">A format is unknown.</exception>
    public DescribedSchemas(JsonElement root)
    {
        if (FindFormats(root).FirstOrDefault(static format => Formats.Get(format) is UnknownFormat or null) is { } unknown)
        {
            throw new NotSupportedException($"JSON Schema has no format {unknown}, and neither has this check.");
        }

        lock (Registries)
        {
            var registry = new SchemaRegistry();
            registry.Register(new JsonElementBaseDocument(root, new Uri(Document)));
            _build = new BuildOptions { SchemaRegistry = registry, Dialect = Dialect.Draft202012.With([], allowUnknownKeywords: false) };
        }
    }

    /// <summary>Compares a value with a schema.</summary>
    /// <param name="schema">A schema of the document, or one that refers to schemas there.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">The name of the value, for the faults.</param>
    /// <returns>Each fault with its place; empty for a value that fits.</returns>
    public IEnumerable<string> FindFaults(JsonElement schema, JsonElement value, string place)
    {
        var results = Evaluate(schema.GetRawText(), value);
        return results.IsValid
            ? []
            : from result in (results.Details ?? []).Prepend(results)
              from error in result.Errors ?? []
              select $"{place}{result.InstanceLocation}: {error.Value}";
    }

    private EvaluationResults Evaluate(string schema, JsonElement value)
    {
        lock (Registries)
        {
            if (!_schemas.TryGetValue(schema, out var built))
            {
                _schemas.Add(schema, built = Build(schema));
            }

            return built.Evaluate(value, Options);
        }
    }

    // A schema is built outside of the document, so its references have to name the document.
    private JsonSchema Build(string schema) => JsonSchema.FromText(schema.Replace("\"#/", $"\"{Document}#/", StringComparison.Ordinal), _build);

    // The library lets a value of an unknown format pass.
    private static IEnumerable<string> FindFormats(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static member =>
            member is { Name: "format", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : FindFormats(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FindFormats),
        _ => [],
    };

    private static FormatRegistry CreateFormats()
    {
        // OpenAPI 3.1 §4.4: formats beyond those of JSON Schema. A number's range is checked by "type" and its bounds.
        var formats = new FormatRegistry();
        foreach (var format in (string[])["int32", "int64", "password"])
        {
            formats.Register(new PredicateFormat(format, static _ => true));
        }

        return formats;
    }
}
