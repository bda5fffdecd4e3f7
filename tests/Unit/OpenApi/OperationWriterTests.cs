using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;

namespace Gatehouse.Tests.Unit.OpenApi;

/// <summary>What the description of a function says, and how the writer tells what a function lacks. Gatehouse's own description is the test of the rest.</summary>
public sealed class OperationWriterTests
{
    private const string Answers = """
        {
          "MalformedRequest": { "description": "a", "types": ["malformed-request"], "examples": {} },
          "InvalidRequest": { "description": "a", "types": ["invalid-request"], "examples": {} },
          "Unauthorized": { "description": "b", "types": ["invalid-token"], "examples": { "expired": { "summary": "c", "detail": "d" } } },
          "StepUpRequired": { "description": "b", "types": ["insufficient-user-authentication"], "examples": {} },
          "Forbidden": { "description": "e", "types": ["access-denied"], "examples": {} },
          "NotFound": { "description": "e", "types": ["not-found"], "examples": {} },
          "InternalError": { "description": "f", "types": ["internal-error"], "examples": {} },
          "LengthRequired": { "description": "f", "types": ["length-required"], "examples": {} },
          "BodyTooLarge": { "description": "f", "types": ["body-too-large"], "examples": {} },
          "UnsupportedMediaType": { "description": "f", "types": ["unsupported-media-type"], "examples": {} },
          "Unavailable": { "description": "g", "types": ["unavailable"], "examples": {} }
        }
        """;

    private readonly Comments _comments = new([typeof(OperationWriterTests).Assembly]);
    private readonly SchemaWriter _schemas;

    public OperationWriterTests() => _schemas = new SchemaWriter(_comments);

    [Fact]
    public void Operation_SaysWhatTheFunctionSays()
    {
        var operation = Write(nameof(Functions.Rename), "PUT", "orders/{id}");

        Assert.Equal("Rename an order", operation["summary"]!.GetValue<string>());
        Assert.Equal("The `id` stays.", operation["description"]!.GetValue<string>());
        Assert.Equal("""[{"oauth2":["orders:write"]},{"bearer":[]},{"dpop":[]}]""", operation["security"]!.ToJsonString());
        Assert.Equal(["200", "400", "401", "403", "404", "411", "413", "415", "500", "503"], operation["responses"]!.AsObject().Select(static answer => answer.Key));
        Assert.Equal("""{"name":"id","in":"path","description":"The order.","required":true,"schema":{"type":"string"},"example":"7"}""", operation["parameters"]![0]!.ToJsonString());
    }

    [Fact]
    public void Schema_HoldsTheBoundsAndWordsOfTheType()
    {
        Write(nameof(Functions.Rename), "PUT", "orders/{id}");

        Assert.Equal(
            """{"type":"object","description":"A name.","required":["name"],"properties":{"name":{"type":"string","description":"The new one.","minLength":1,"maxLength":10},"hint":{"type":["string","null"]}},"additionalProperties":false}""",
            _schemas.Schemas["Renaming"].ToJsonString());
        Assert.Equal(
            """{"type":"object","description":"An order.","required":["id","items"],"properties":{"id":{"type":"integer","format":"int32"},"items":{"type":"array","items":{"$ref":"#/components/schemas/Item"}},"note":{"type":"string"}},"additionalProperties":false}""",
            _schemas.Schemas["Order"].ToJsonString());
    }

    [Fact]
    public void Path_HasNoConstraints()
    {
        var function = new FunctionEndpoint("Test", "orders/{id:guid}/lines", ["PUT"], typeof(Functions).GetMethod(nameof(Functions.Rename))!);

        var operation = Assert.Single(new OperationWriter(function, _comments, _schemas, new SharedAnswers(JsonNode.Parse(Answers)!.AsObject(), _schemas)).Write());

        Assert.Equal("/orders/{id}/lines", operation.Path);
        Assert.Equal("id", operation.Content["parameters"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void Role_CanBeRefused() => Assert.Contains("403", Write(nameof(Functions.ForAdministrators), "GET", "all")["responses"]!.AsObject().Select(static answer => answer.Key));

    [Theory]
    [InlineData(nameof(Functions.ForAdministrators), "Unauthorized")]
    [InlineData(nameof(Functions.ForRecentSignIns), "StepUpRequired")]
    [InlineData(nameof(Functions.ForSignInsWithTwoFactors), "StepUpRequired")]
    public void SignIn_ThatMayNotSuffice_HasARefusalOfItsOwn(string method, string answer) =>
        Assert.Equal($"#/components/responses/{answer}", Write(method, "GET", "all")["responses"]!["401"]!["$ref"]!.GetValue<string>());

    [Theory]
    [InlineData(nameof(Functions.Undescribed), "orders", "is not described. Put [Operation")]
    [InlineData(nameof(Functions.WithoutSummary), "orders", "has no summary")]
    [InlineData(nameof(Functions.ForAdministrators), "orders/{id}", "The parameter id of Test is not described")]
    [InlineData(nameof(Functions.WithUnknownFailure), "orders", "The parts have no answer 'Gone'")]
    [InlineData(nameof(Functions.EchoesItsBody), "orders", "describes both a request and an answer")]
    public void Function_ThatLacksSomething_SaysWhat(string method, string route, string message)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Write(method, "GET", route));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private JsonObject Write(string method, string verb, string route)
    {
        var function = new FunctionEndpoint("Test", route, [verb], typeof(Functions).GetMethod(method)!);
        return Assert.Single(new OperationWriter(function, _comments, _schemas, new SharedAnswers(JsonNode.Parse(Answers)!.AsObject(), _schemas)).Write()).Content;
    }

    /// <summary>An order.</summary>
    internal sealed record OrderDocument(int Id, IReadOnlyList<ItemDocument> Items, string? Note);

    /// <summary>A part of an order.</summary>
    internal sealed record ItemDocument(string Name);

    /// <summary>A name.</summary>
    /// <param name="Name">The new one.</param>
    /// <param name="Hint"></param>
    internal sealed record Renaming([property: StringLength(10, MinimumLength = 1)] string Name, string? Hint);

    [Authorize]
    internal static class Functions
    {
        /// <summary>Rename an order</summary>
        /// <remarks>The <c>id</c> stays.</remarks>
        /// <param name="id" example="7">The order.</param>
        [Authorize(Policy = "orders:write")]
        [Operation("Orders")]
        [Body<Renaming>]
        [Answer<OrderDocument>(200, "The order.", "ETag")]
        public static void Rename(string id) => _ = id;

        /// <summary>See everything</summary>
        [Authorize(Roles = "admin")]
        [Operation("Orders")]
        public static void ForAdministrators()
        {
        }

        /// <summary>See what is new</summary>
        [RequireRecentSignIn(5)]
        [Operation("Orders")]
        public static void ForRecentSignIns()
        {
        }

        /// <summary>See what is secret</summary>
        [RequireMfa]
        [Operation("Orders")]
        public static void ForSignInsWithTwoFactors()
        {
        }

        public static void Undescribed()
        {
        }

        [Operation("Orders")]
        public static void WithoutSummary()
        {
        }

        /// <summary>Fail</summary>
        [Operation("Orders")]
        [Failure(410, "Gone")]
        public static void WithUnknownFailure()
        {
        }

        /// <summary>Echo</summary>
        [Operation("Orders")]
        [Body<Renaming>]
        [Answer<Renaming>(200, "The same.")]
        public static void EchoesItsBody()
        {
        }
    }
}
