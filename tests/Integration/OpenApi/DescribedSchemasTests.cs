using System.Text.Json;
using Json.Schema;

namespace Gatehouse.Tests.Integration.OpenApi;

public sealed class DescribedSchemasTests
{
    private static readonly DescribedSchemas Schemas = ApiDescription.Embedded.Schemas;

    [Fact]
    public void Fault_NamesItsPlace()
    {
        var schema = JsonElement.Parse("""{ "properties": { "items": { "items": { "required": ["id"] } } } }""");

        var fault = Assert.Single(Schemas.FindFaults(schema, JsonElement.Parse("""{ "items": [{ "id": 1 }, {}] }"""), "body"));

        Assert.StartsWith("body/items/1: ", fault, StringComparison.Ordinal);
        Assert.Contains("id", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Reference_IsResolvedInTheDocument() =>
        Assert.NotEmpty(Schemas.FindFaults(JsonElement.Parse("""{ "$ref": "#/components/schemas/Problem" }"""), JsonElement.Parse("{}"), "body"));

    [Fact]
    public void UnknownKeyword_IsRefused() =>
        Assert.Throws<JsonSchemaException>(() => Schemas.FindFaults(JsonElement.Parse("""{ "minimumLength": 1 }"""), JsonElement.Parse("\"a\""), "body"));

    [Fact]
    public void UnknownFormat_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => new DescribedSchemas(JsonElement.Parse("""{ "components": { "schemas": { "Host": { "format": "host-name" } } } }""")));
}
