using System.Text.Json;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>One method of one path.</summary>
internal sealed class ApiOperation(ApiDescription api, string path, string method, JsonElement element, JsonElement pathItem)
{
    private readonly string[] _segments = Split(path);

    public string Id { get; } = element.GetProperty("operationId").GetString()!;

    /// <summary>The name of its function. Only the fallback's, which has to sort last, is none to show to those who generate clients.</summary>
    public string Function => Id == "Home" ? "ZzFallback" : Id;

    /// <summary>The template, such as <c>/api/products/{id}</c>.</summary>
    public string Path => path;

    /// <summary>In capitals.</summary>
    public string Method => method;

    public JsonElement Element => element;

    /// <summary>The answers by their status.</summary>
    public IReadOnlyDictionary<int, JsonElement> Responses { get; } = element.GetProperty("responses").EnumerateObject()
        .ToDictionary(static response => int.Parse(response.Name, null), response => api.Resolve(response.Value));

    /// <summary>Its own parameters and those of the path.</summary>
    public IReadOnlyList<JsonElement> Parameters { get; } =
    [
        .. new[] { element, pathItem }
            .SelectMany(static owner => owner.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [])
            .Select(api.Resolve),
    ];

    /// <summary>Whether a path, escaped as it was sent, belongs to it as routing sees it: whatever the case, with or without a slash at the end.</summary>
    public bool Matches(string requestPath)
    {
        var actual = Split(requestPath);
        return actual.Length == _segments.Length
            && _segments.Zip(actual).All(static pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The schema of the body that it reads, by media type; null when it reads none, or none of that type.</summary>
    public JsonElement? FindBodySchema(string? mediaType) =>
        element.TryGetProperty("requestBody", out var body) && mediaType is not null && body.GetProperty("content").TryGetProperty(mediaType, out var media)
            ? media.GetProperty("schema")
            : null;

    /// <summary>The first of the bodies that the document gives as examples; null for an operation that reads none.</summary>
    public (string MediaType, JsonElement Body)? ReadBodyExample()
    {
        if (!element.TryGetProperty("requestBody", out var body))
        {
            return null;
        }

        var media = body.GetProperty("content").EnumerateObject().First();
        var example = media.Value.TryGetProperty("examples", out var examples) ? examples.EnumerateObject().First().Value.GetProperty("value") : media.Value.GetProperty("example");
        return (media.Name, example);
    }

    public override string ToString() => $"{Method} {Path}";

    private static string[] Split(string text) => text.TrimEnd('/').Split('/');
}
