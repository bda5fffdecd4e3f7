using System.Reflection;
using System.Text.Json.Nodes;
using Gatehouse.Protection.Http;

namespace Gatehouse.OpenApi;

/// <summary>
/// The failures that operations share. The parts give each a <c>description</c>, <c>headers</c>, the <c>types</c> of its problem, or
/// the <c>codes</c> of its OAuth error, and <c>examples</c>.
/// </summary>
internal sealed class SharedAnswers(JsonObject parts, SchemaWriter schemas)
{
    private const string TypePrefix = "urn:gatehouse:problem:";
    private const string ExampleTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string TooManyRequests = "TooManyRequests";

    private static readonly Dictionary<string, ProblemType> Types = FieldsOf<ProblemType>().ToDictionary(static type => type.Uri);

    private readonly SortedDictionary<string, JsonObject> _written = new(StringComparer.Ordinal);

    /// <summary>The answers that have been referred to, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Written => _written;

    /// <summary>Whether the app limits the rate of requests.</summary>
    public bool HasLimits => parts.ContainsKey(TooManyRequests);

    /// <summary>A reference to an answer, which is written at the first one.</summary>
    /// <param name="name">Its name in the parts.</param>
    /// <param name="isLimited">Whether the operation has a rate limit, of which every answer tells.</param>
    /// <exception cref="InvalidOperationException">The parts lack the answer.</exception>
    public JsonObject Refer(string name, bool isLimited)
    {
        var key = isLimited || !HasLimits ? name : $"Unlimited{name}";
        if (!_written.ContainsKey(key))
        {
            var part = parts[name] as JsonObject ?? throw new InvalidOperationException($"The parts have no answer '{name}'. Add it to answers, with a description, types and examples.");
            _written[key] = Write(part, isLimited);
        }

        return new JsonObject { ["$ref"] = $"#/components/responses/{key}" };
    }

    /// <summary>The headers of an answer: what it names, its cache policy, the rate limits.</summary>
    public JsonObject WriteHeaders(IEnumerable<KeyValuePair<string, string>> named, bool isLimited)
    {
        var headers = named.ToDictionary();
        headers.TryAdd("Cache-Control", "NoStore");
        if (isLimited && HasLimits)
        {
            headers["RateLimit"] = "RateLimit";
            headers["RateLimit-Policy"] = "RateLimitPolicy";
        }

        return new JsonObject(headers.Select(static header =>
            KeyValuePair.Create<string, JsonNode?>(header.Key, new JsonObject { ["$ref"] = $"#/components/headers/{header.Value}" })));
    }

    /// <summary>Sets the kinds of failure that there are, which the code knows.</summary>
    public static void CompleteSchemas(IReadOnlyDictionary<string, JsonObject> schemas)
    {
        if (schemas.TryGetValue("Problem", out var problem))
        {
            problem["properties"]!["type"]!["enum"] = new JsonArray([.. Types.Keys]);
        }

        if (schemas.TryGetValue("OAuthError", out var error))
        {
            error["properties"]!["error"]!["enum"] = new JsonArray([.. FieldsOf<OAuthError>().Select(static code => code.Code)]);
        }
    }

    private JsonObject Write(JsonObject part, bool isLimited)
    {
        var headers = part["headers"]?.AsObject().Select(static header => KeyValuePair.Create(header.Key, header.Value!.GetValue<string>())) ?? [];
        return new JsonObject
        {
            ["description"] = part["description"]!.DeepClone(),
            ["headers"] = WriteHeaders(headers, isLimited),
            ["content"] = part["codes"] is JsonArray codes ? WriteError(part, codes) : WriteProblem(part, part["types"]!.AsArray()),
        };
    }

    private JsonObject WriteProblem(JsonObject part, JsonArray types)
    {
        ProblemType[] kinds = [.. types.Select(static type => FindType(type!.GetValue<string>()))];
        var schema = schemas.Refer(typeof(ProblemDocument), Use.Answer);
        schema["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["enum"] = new JsonArray([.. kinds.Select(static kind => kind.Uri)]) },
            ["status"] = new JsonObject { ["const"] = (int)kinds[0].Status },
        };
        return new JsonObject
        {
            ["application/problem+json"] = new JsonObject
            {
                ["schema"] = schema,
                ["examples"] = new JsonObject(part["examples"]!.AsObject().Select(example => KeyValuePair.Create<string, JsonNode?>(
                    example.Key,
                    WriteExample(example.Value!.AsObject(), example.Value["type"] is { } type ? FindType(type.GetValue<string>()) : kinds[0])))),
            },
        };
    }

    private static JsonObject WriteExample(JsonObject example, ProblemType type)
    {
        var value = new JsonObject
        {
            ["type"] = type.Uri,
            ["title"] = type.Title,
            ["status"] = (int)type.Status,
            ["detail"] = example["detail"]!.DeepClone(),
            ["traceId"] = ExampleTraceId,
        };
        if (example["errors"] is { } errors)
        {
            value["errors"] = errors.DeepClone();
        }

        return new JsonObject { ["summary"] = example["summary"]!.DeepClone(), ["value"] = value };
    }

    private JsonObject WriteError(JsonObject part, JsonArray codes)
    {
        var schema = schemas.Refer(typeof(OAuthErrorDocument), Use.Answer);
        schema["properties"] = new JsonObject { ["error"] = new JsonObject { ["enum"] = codes.DeepClone() } };
        return new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema, ["examples"] = part["examples"]!.DeepClone() } };
    }

    private static ProblemType FindType(string name) => Types.GetValueOrDefault(TypePrefix + name) ?? throw new InvalidOperationException($"There is no problem type '{name}'.");

    private static IEnumerable<T> FieldsOf<T>() => typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => field.GetValue(null)).OfType<T>();
}
