using System.Text.Json;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>The validator that all answers are held to sees a fault in each keyword, and sees none where there is none.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{ "type": "string" }""", "\"a\"", "1")]
    [InlineData("""{ "type": ["string", "null"] }""", "null", "true")]
    [InlineData("""{ "type": "integer" }""", "2.0", "2.5")]
    [InlineData("""{ "type": "number" }""", "2.5", "\"2.5\"")]
    [InlineData("""{ "type": "boolean" }""", "false", "0")]
    [InlineData("""{ "type": "array" }""", "[]", "{}")]
    [InlineData("""{ "type": "object" }""", "{}", "[]")]
    [InlineData("""{ "const": false }""", "false", "true")]
    [InlineData("""{ "const": "no-store" }""", "\"no-store\"", "\"no-cache\"")]
    [InlineData("""{ "enum": ["a", "b"] }""", "\"b\"", "\"c\"")]
    [InlineData("""{ "required": ["a"] }""", """{ "a": null }""", """{ "b": 1 }""")]
    [InlineData("""{ "properties": { "a": { "type": "string" } } }""", """{ "b": 1 }""", """{ "a": 1 }""")]
    [InlineData("""{ "properties": { "a": {} }, "additionalProperties": false }""", """{ "a": 1 }""", """{ "a": 1, "b": 1 }""")]
    [InlineData("""{ "additionalProperties": { "type": "string" } }""", """{ "a": "b" }""", """{ "a": 1 }""")]
    [InlineData("""{ "additionalProperties": true }""", """{ "a": 1 }""", null)]
    [InlineData("""{ "items": { "type": "string" } }""", """["a"]""", """["a", 1]""")]
    [InlineData("""{ "minItems": 1 }""", "[1]", "[]")]
    [InlineData("""{ "maxItems": 1 }""", "[1]", "[1, 2]")]
    [InlineData("""{ "minLength": 2 }""", "\"ab\"", "\"😀\"")]
    [InlineData("""{ "maxLength": 1 }""", "\"😀\"", "\"ab\"")]
    [InlineData("""{ "pattern": "^[A-Z]{3}$" }""", "\"EUR\"", "\"eur\"")]
    [InlineData("""{ "format": "date-time" }""", "\"2026-05-04T12:00:00+00:00\"", "\"2026-05-04\"")]
    [InlineData("""{ "format": "uri" }""", "\"https://a.example/b\"", "\"/b\"")]
    [InlineData("""{ "format": "uri-reference" }""", "\"/b?c=d\"", "\"/b c\"")]
    [InlineData("""{ "minimum": 1 }""", "1", "0.99")]
    [InlineData("""{ "maximum": 1 }""", "1", "1.01")]
    [InlineData("""{ "multipleOf": 0.01 }""", "0.07", "0.075")]
    [InlineData("""{ "$ref": "#/short", "description": "A short text." }""", "\"ab\"", "\"abc\"")]
    [InlineData("""{ "$ref": "#/short", "const": "ab" }""", "\"ab\"", "\"a\"")]
    public void Keyword_TellsGoodFromBad(string schema, string good, string? bad)
    {
        var root = JsonElement.Parse("""{ "short": { "maxLength": 2 } }""");
        var validator = new JsonSchema(root);

        Assert.Empty(validator.FindFaults(JsonElement.Parse(schema), JsonElement.Parse(good)));
        if (bad is not null)
        {
            Assert.NotEmpty(validator.FindFaults(JsonElement.Parse(schema), JsonElement.Parse(bad)));
        }
    }

    [Theory]
    [InlineData("""{ "patternProperties": {} }""")]
    [InlineData("""{ "format": "hostname" }""")]
    [InlineData("""{ "type": "text" }""")]
    public void WhatItDoesNotKnow_IsRefused(string schema) =>
        Assert.Throws<NotSupportedException>(() => new JsonSchema(default).FindFaults(JsonElement.Parse(schema), JsonElement.Parse("\"a\"")).Count());

    [Fact]
    public void Fault_NamesItsPlace()
    {
        var schema = JsonElement.Parse("""{ "properties": { "items": { "items": { "required": ["id"] } } } }""");

        var faults = new JsonSchema(default).FindFaults(schema, JsonElement.Parse("""{ "items": [{ "id": 1 }, {}] }"""), "body");

        Assert.Equal(["body.items[1].id is missing"], faults);
    }
}
