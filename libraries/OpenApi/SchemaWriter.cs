using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.OpenApi;

/// <summary>Where a type is used, which decides what the absence of a value looks like.</summary>
internal enum Use
{
    /// <summary>A member without a value is left out.</summary>
    Answer,

    /// <summary>A member without a value is left out or null.</summary>
    Body,

    /// <summary>A field without a value is left out, and unknown fields are ignored (RFC 6749 §3.2).</summary>
    Form,
}

/// <summary>Writes the schemas of C# types: names and types by System.Text.Json, bounds from validation attributes, words from comments.</summary>
internal sealed class SchemaWriter(Comments comments)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Use> _uses = [];

    /// <summary>The schemas that have been referred to, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Schemas => _schemas;

    /// <summary>A reference to the schema of a type, which is written at the first one.</summary>
    /// <exception cref="InvalidOperationException">The type is used in two ways, or another one has its name.</exception>
    public JsonObject Refer(Type type, Use use)
    {
        var name = type.Name.EndsWith("Document", StringComparison.Ordinal) ? type.Name[..^"Document".Length] : type.Name;
        if (_uses.TryAdd(type, use))
        {
            if (!_schemas.TryAdd(name, []))
            {
                throw new InvalidOperationException($"Two types have the schema {name}. Rename {type}.");
            }

            _schemas[name] = Write(type, use).AsObject();
        }
        else if (_uses[type] != use)
        {
            throw new InvalidOperationException($"{type} describes both a request and an answer. Use a type for each.");
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    /// <summary>The properties of a type, each as a parameter of the query.</summary>
    public IEnumerable<JsonObject> WriteParameters(Type type)
    {
        var schema = Write(type, Use.Form);
        var required = schema["required"]?.AsArray().Select(static name => name!.GetValue<string>()).ToHashSet() ?? [];
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            var parameter = new JsonObject { ["name"] = name, ["in"] = "query", ["description"] = property!["description"]?.DeepClone() };
            if (required.Contains(name))
            {
                parameter["required"] = true;
            }

            var bounds = property.DeepClone().AsObject();
            bounds.Remove("description");
            parameter["schema"] = bounds;
            yield return parameter;
        }
    }

    private JsonNode Write(Type type, Use use) => Options.GetJsonSchemaAsNode(
        type,
        new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, node) => Complete(context, node, use) });

    private JsonObject Complete(JsonSchemaExporterContext context, JsonNode node, Use use)
    {
        var property = context.PropertyInfo?.AttributeProvider as PropertyInfo;
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            return context.Path.IsEmpty ? CompleteRoot(context.TypeInfo, node.AsObject(), use) : Describe(Refer(context.TypeInfo.Type, use), property);
        }

        // The schema of a JsonElement is true: any value.
        var written = node as JsonObject ?? [];
        if (use != Use.Body && written["type"] is JsonArray kinds)
        {
            written["type"] = kinds.Single(static kind => kind!.GetValue<string>() != "null")!.DeepClone();
        }

        var schema = Describe(written["type"] is { } kind ? new JsonObject { ["type"] = kind.DeepClone() } : [], property);
        written.Remove("type");
        foreach (var (keyword, value) in written)
        {
            schema[keyword] = value?.DeepClone();
        }

        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(int) || type == typeof(long))
        {
            schema["format"] = type == typeof(int) ? "int32" : "int64";
        }

        Bound(schema, property?.GetCustomAttributes() ?? [], isNullable: use == Use.Body && context.PropertyInfo is { IsSetNullable: true });
        return schema;
    }

    private JsonObject CompleteRoot(JsonTypeInfo type, JsonObject written, Use use)
    {
        var schema = new JsonObject { ["type"] = "object", ["description"] = comments.FindSummary(type.Type) };
        string[] required = [.. type.Properties.Where(static property => !property.IsGetNullable).Select(static property => property.Name)];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required]);
        }

        schema["properties"] = written["properties"]!.DeepClone();
        schema["additionalProperties"] = use == Use.Form;
        return schema;
    }

    private JsonObject Describe(JsonObject schema, PropertyInfo? property)
    {
        if (property is not null && comments.FindSummary(property) is { } text)
        {
            schema["description"] = text;
        }

        return schema;
    }

    private static void Bound(JsonObject schema, IEnumerable<Attribute> attributes, bool isNullable)
    {
        foreach (var attribute in attributes)
        {
            switch (attribute)
            {
                case StringLengthAttribute length:
                    schema["minLength"] = length.MinimumLength;
                    schema["maxLength"] = length.MaximumLength;
                    break;
                case MaxLengthAttribute length:
                    schema["maxItems"] = length.Length;
                    break;
                case RangeAttribute range:
                    schema["minimum"] = JsonValue.Create(Convert.ToInt64(range.Minimum, null));
                    schema["maximum"] = JsonValue.Create(Convert.ToInt64(range.Maximum, null));
                    break;
                case RegularExpressionAttribute expression:
                    schema["pattern"] = expression.Pattern;
                    break;
                case AllowedValuesAttribute { Values: [bool only] } when !isNullable:
                    schema["const"] = only;
                    break;
                case AllowedValuesAttribute allowed:
                    schema["enum"] = new JsonArray([.. allowed.Values.Concat(isNullable ? [null] : []).Select(static value => JsonSerializer.SerializeToNode(value))]);
                    break;
                case DataTypeAttribute { DataType: DataType.Password or DataType.Url or DataType.EmailAddress } kind:
                    schema["format"] = kind.DataType switch { DataType.Password => "password", DataType.Url => "uri", _ => "email" };
                    break;
                case DefaultValueAttribute standard:
                    schema["default"] = JsonSerializer.SerializeToNode(standard.Value);
                    break;
                default:
                    break;
            }
        }
    }
}
