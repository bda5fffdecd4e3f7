using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Api.OpenApi;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>openapi.json, as the tests read it.</summary>
internal sealed class ApiDescription
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    private ApiDescription(JsonElement root)
    {
        Root = root;
        Schemas = new DescribedSchemas(root);
        Operations =
        [
            .. from path in root.GetProperty("paths").EnumerateObject()
               from entry in path.Value.EnumerateObject()
               where Methods.Contains(entry.Name)
               select new ApiOperation(this, path.Name, entry.Name.ToUpperInvariant(), entry.Value, path.Value),
        ];
        Fallback = Operations.Single(static operation => operation.Path == "/");
    }

    /// <summary>The document that is embedded in the app.</summary>
    public static ApiDescription Embedded { get; } = new(Read());

    public JsonElement Root { get; }

    public DescribedSchemas Schemas { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>The operation that answers what no other one takes.</summary>
    public ApiOperation Fallback { get; }

    /// <summary>The operation that answers a request. HEAD is answered as GET is.</summary>
    public ApiOperation Find(string method, string path) =>
        Operations.FirstOrDefault(operation => operation.Method == (method == "HEAD" ? "GET" : method) && operation.Matches(path)) ?? Fallback;

    /// <summary>The example of an answer in JSON, without spaces, as it would be sent.</summary>
    public string ReadAnswerExample(string id, int status)
    {
        var answer = Operations.Single(operation => operation.Id == id).Responses[status];
        return JsonNode.Parse(answer.GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText())!.ToJsonString();
    }

    /// <summary>The same, or what it refers to when it is nothing but a reference.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            element = reference.GetString()![2..].Split('/').Aggregate(Root, static (found, step) => found.GetProperty(step));
        }

        return element;
    }

    private static JsonElement Read()
    {
        using var stream = typeof(GatehouseBuilderExtensions).Assembly.GetManifestResourceStream(OpenApiDocument.Resource)!;
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }
}
