using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protection.Http;

namespace Gatehouse.OpenApi;

/// <summary>
/// Writes the description of an app (OpenAPI 3.1): routes, methods, access rules, failures and types from the compiled functions,
/// words from their comments, and the rest from a document that is written by hand.
/// </summary>
public static class OpenApiWriter
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the description.</summary>
    /// <param name="functions">The assemblies with the functions, each with its file of comments beside it.</param>
    /// <param name="parts">
    /// What the code does not say: <c>info</c>, <c>servers</c>, <c>tags</c>, <c>components</c>; in <c>answers</c> the failures that
    /// operations share; anything else is merged into the written document. Defaults to an object without members: the title and
    /// the version are those of the first assembly, and headers, security schemes and failures are described as they are in every app.
    /// </param>
    /// <returns>The JSON, indented, with a line feed at its end.</returns>
    /// <exception cref="InvalidOperationException">A function is not described, or names a part that does not exist.</exception>
    /// <exception cref="FileNotFoundException">An assembly has no file of comments.</exception>
    /// <exception cref="JsonException"><paramref name="parts"/> is not a JSON object.</exception>
    public static string Write(IReadOnlyCollection<Assembly> functions, string parts = "{}") =>
        Write(new FunctionCatalog(functions).All, functions, parts);

    /// <summary>Writes the description of some functions.</summary>
    internal static string Write(IEnumerable<FunctionEndpoint> functions, IReadOnlyCollection<Assembly> assemblies, string parts)
    {
        var given = JsonNode.Parse(parts) as JsonObject ?? throw new JsonException("The parts must be a JSON object.");
        var defaults = new DefaultParts();
        var comments = new Comments([.. assemblies.Append(typeof(Problem).Assembly).Distinct()]);
        var schemas = new SchemaWriter(comments);
        var answers = new SharedAnswers(defaults.AddAnswers(given["answers"] as JsonObject ?? []), schemas);
        given.Remove("answers");
        var namesOAuth = given["components"]?["securitySchemes"]?["oauth2"] is not null;

        var operations = functions
            .SelectMany(function => new OperationWriter(function, comments, schemas, answers) { NamesOAuth = namesOAuth }.Write())
            .OrderBy(operation => IndexOfTag(given, operation.Tag))
            .ThenBy(static operation => operation.Path, StringComparer.Ordinal)
            .ThenBy(static operation => Array.IndexOf(Methods, operation.Method));
        var paths = new JsonObject();
        foreach (var operation in operations)
        {
            if (!paths.ContainsKey(operation.Path))
            {
                paths[operation.Path] = new JsonObject();
            }

            paths[operation.Path]![operation.Method] = operation.Content;
        }

        var written = new JsonObject
        {
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["responses"] = new JsonObject(answers.Written.Select(static answer => KeyValuePair.Create<string, JsonNode?>(answer.Key, answer.Value))),
                ["schemas"] = new JsonObject(schemas.Schemas.Select(static schema => KeyValuePair.Create<string, JsonNode?>(schema.Key, schema.Value))),
            },
        };
        SharedAnswers.CompleteSchemas(schemas.Schemas);
        Merge(given, written);
        return defaults.Complete(given, assemblies.First()).ToJsonString(Readable) + "\n";
    }

    private static int IndexOfTag(JsonObject parts, string tag)
    {
        var index = (parts["tags"] as JsonArray)?.Select(static known => known?["name"]?.GetValue<string>()).ToList().IndexOf(tag) ?? 0;
        return index >= 0 ? index : throw new InvalidOperationException($"The tag '{tag}' is not among the tags of the parts. Add it there with its description.");
    }

    /// <summary>Adds what is written to what is given, which wins.</summary>
    private static void Merge(JsonObject given, JsonObject written)
    {
        foreach (var (name, value) in written.ToArray())
        {
            if (given[name] is JsonObject part && value is JsonObject whole)
            {
                Merge(part, whole);
            }
            else if (!given.ContainsKey(name))
            {
                written.Remove(name);
                given[name] = value;
            }
        }
    }
}
