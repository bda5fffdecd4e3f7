using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>
/// Compares JSON with a schema of JSON Schema 2020-12, in those keywords that openapi.json uses; a keyword that is not
/// among them is refused, so that nothing is described and never looked at. Why not a library: of those for .NET that know
/// 2020-12 one counts validations by the hour, and the others are not on every feed that this has to build from.
/// </summary>
/// <param name="root">The document in which references are looked up.</param>
internal sealed class JsonSchema(JsonElement root)
{
    /// <summary>What is wrong with a value, each with its place; nothing when nothing is.</summary>
    public IEnumerable<string> FindFaults(JsonElement schema, JsonElement value, string place = "$") =>
        schema.ValueKind switch
        {
            JsonValueKind.True => [],
            JsonValueKind.False => [$"{place} must not be there"],
            _ => schema.EnumerateObject().SelectMany(keyword => Apply(schema, keyword, value, place)),
        };

    private IEnumerable<string> Apply(JsonElement schema, JsonProperty keyword, JsonElement value, string place)
    {
        var operand = keyword.Value;
        return keyword.Name switch
        {
            "$ref" => FindFaults(Resolve(operand.GetString()!), value, place),
            "type" => Expect(Texts(operand).Any(type => IsOfType(value, type)), $"{place} must be of type {operand}"),
            "enum" => Expect(operand.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), $"{place} must be one of {operand}, not {value}"),
            "const" => Expect(JsonElement.DeepEquals(operand, value), $"{place} must be {operand}, not {value}"),
            "required" or "properties" or "additionalProperties" => value.ValueKind == JsonValueKind.Object ? ApplyToObject(schema, keyword, value, place) : [],
            "items" or "minItems" or "maxItems" => value.ValueKind == JsonValueKind.Array ? ApplyToArray(keyword, value, place) : [],
            "minLength" or "maxLength" or "pattern" or "format" => value.ValueKind == JsonValueKind.String ? ApplyToText(keyword, value.GetString()!, place) : [],
            "minimum" or "maximum" or "multipleOf" => value.ValueKind == JsonValueKind.Number ? ApplyToNumber(keyword, value.GetDecimal(), place) : [],
            "description" or "default" => [],
            _ => throw new NotSupportedException($"The keyword {keyword.Name} is not known to this validator: add it here."),
        };
    }

    private IEnumerable<string> ApplyToObject(JsonElement schema, JsonProperty keyword, JsonElement value, string place) => keyword.Name switch
    {
        "required" => Texts(keyword.Value).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{place}.{name} is missing"),
        "properties" => keyword.Value.EnumerateObject().SelectMany(property =>
            value.TryGetProperty(property.Name, out var member) ? FindFaults(property.Value, member, $"{place}.{property.Name}") : []),
        _ => value.EnumerateObject()
            .Where(member => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _)))
            .SelectMany(member => FindFaults(keyword.Value, member.Value, $"{place}.{member.Name}")),
    };

    private IEnumerable<string> ApplyToArray(JsonProperty keyword, JsonElement value, string place) => keyword.Name switch
    {
        "items" => value.EnumerateArray().SelectMany((item, index) => FindFaults(keyword.Value, item, $"{place}[{index}]")),
        "minItems" => Expect(value.GetArrayLength() >= keyword.Value.GetInt32(), $"{place} has too few items"),
        _ => Expect(value.GetArrayLength() <= keyword.Value.GetInt32(), $"{place} has too many items"),
    };

    private static IEnumerable<string> ApplyToText(JsonProperty keyword, string text, string place) => keyword.Name switch
    {
        // Characters are Unicode code points (JSON Schema Validation §6.3.1).
        "minLength" => Expect(text.EnumerateRunes().Count() >= keyword.Value.GetInt32(), $"{place} is too short"),
        "maxLength" => Expect(text.EnumerateRunes().Count() <= keyword.Value.GetInt32(), $"{place} is too long"),
        "pattern" => Expect(Regex.IsMatch(text, keyword.Value.GetString()!, RegexOptions.ECMAScript), $"{place} is '{text}', which does not match {keyword.Value}"),
        _ => Expect(HasFormat(text, keyword.Value.GetString()!), $"{place} is '{text}', which is no {keyword.Value}"),
    };

    private static IEnumerable<string> ApplyToNumber(JsonProperty keyword, decimal number, string place)
    {
        var operand = keyword.Value.GetDecimal();
        return keyword.Name switch
        {
            "minimum" => Expect(number >= operand, $"{place} is below {operand}"),
            "maximum" => Expect(number <= operand, $"{place} is above {operand}"),
            _ => Expect(number % operand == 0, $"{place} is no multiple of {operand}"),
        };
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException($"There is no type {type}."),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, null, out _) && text.Contains('T', StringComparison.Ordinal),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out var uri) && !uri.IsFile,
        "uri-reference" => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
        "password" => true,
        _ => throw new NotSupportedException($"The format {format} is not known to this validator."),
    };

    private JsonElement Resolve(string reference)
    {
        var found = root;
        foreach (var step in reference[2..].Split('/'))
        {
            found = found.GetProperty(step);
        }

        return found;
    }

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(static item => item.GetString()!) : [value.GetString()!];

    private static IEnumerable<string> Expect(bool isRight, string fault) => isRight ? [] : [fault];
}
