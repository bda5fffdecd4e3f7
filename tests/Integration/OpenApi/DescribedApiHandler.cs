using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>
/// Holds every answer that a test gets to openapi.json: operation, status, headers and body. What is not described there
/// fails the test that asked for it. Requests that succeed are held to it too: what is taken must be described.
/// </summary>
/// <param name="inner">Sends the request.</param>
/// <param name="isForeign">Whether a path belongs to a function that a test brought along, which no document describes.</param>
/// <param name="allowsOrigins">Whether scripts of other origins may call.</param>
internal sealed class DescribedApiHandler(HttpMessageHandler inner, Func<string, bool> isForeign, bool allowsOrigins) : DelegatingHandler(inner)
{
    // Of the connection, or about the body as such.
    private static readonly HashSet<string> Transport = new(["Date", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection"], StringComparer.OrdinalIgnoreCase);

    // What the document says of every answer in its introduction.
    private static readonly Dictionary<string, string> Always = new(StringComparer.OrdinalIgnoreCase)
    {
        ["X-Content-Type-Options"] = "^nosniff$",
        ["Referrer-Policy"] = "^no-referrer$",
        ["Content-Security-Policy"] = "^default-src 'none'",
    };

    // What it says there that any answer may have.
    private static readonly Dictionary<string, string> Sometimes = new(StringComparer.OrdinalIgnoreCase) { ["Strict-Transport-Security"] = "^max-age=" };

    // And where origins are allowed, nowhere else.
    private static readonly Dictionary<string, string> SometimesToOrigins = new(Sometimes, StringComparer.OrdinalIgnoreCase)
    {
        ["Access-Control-Allow-Origin"] = "^https?://[a-z0-9.:-]+$",
        ["Access-Control-Expose-Headers"] = "^DPoP-Nonce, ",
        ["Vary"] = "^Origin$",
    };

    private readonly ApiDescription _api = ApiDescription.Embedded;
    private readonly Dictionary<string, string> _sometimes = allowsOrigins ? SometimesToOrigins : Sometimes;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        }

        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (isForeign(path) || (allowsOrigins && IsPreflight(request, response)))
        {
            return response;
        }

        var operation = _api.Find(request.Method.Method, path);
        var faults = await FindFaultsAsync(operation, request, response, cancellationToken);
        Assert.True(faults.Count == 0, $"{request.Method} {request.RequestUri} answered {(int)response.StatusCode}, not as openapi.json describes {operation.Id}: {string.Join("; ", faults)}");
        DescribedAnswers.Count(operation, (int)response.StatusCode);
        return response;
    }

    // A preflight is between the API and the browser; the document's introduction says when one is answered.
    private static bool IsPreflight(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Method == HttpMethod.Options && response.StatusCode == HttpStatusCode.NoContent && response.Headers.Contains("Access-Control-Allow-Origin");

    private async Task<List<string>> FindFaultsAsync(ApiOperation operation, HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!operation.Responses.TryGetValue((int)response.StatusCode, out var described))
        {
            return ["it does not have this status"];
        }

        List<string> faults = [.. FindHeaderFaults(described, response)];
        if (request.Method != HttpMethod.Head)
        {
            faults.AddRange(await FindBodyFaultsAsync(described, response.Content, cancellationToken));
        }

        if (response.IsSuccessStatusCode)
        {
            faults.AddRange(await FindRequestFaultsAsync(operation, request, cancellationToken));
        }

        return faults;
    }

    private IEnumerable<string> FindHeaderFaults(JsonElement described, HttpResponseMessage response)
    {
        var actual = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var known = described.GetProperty("headers").EnumerateObject()
            .ToDictionary(static header => header.Name, header => _api.Resolve(header.Value), StringComparer.OrdinalIgnoreCase);

        var missing = known.Where(header => !actual.ContainsKey(header.Key) && header.Value.TryGetProperty("required", out var required) && required.GetBoolean()).Select(static header => header.Key)
            .Concat(Always.Keys.Where(name => !actual.ContainsKey(name)))
            .Select(static name => $"the header {name} is missing");
        var wrong = actual.SelectMany(header => known.TryGetValue(header.Key, out var description)
            ? _api.Schemas.FindFaults(description.GetProperty("schema"), ReadHeader(header.Value, description), header.Key)
            : Always.TryGetValue(header.Key, out var pattern) || _sometimes.TryGetValue(header.Key, out pattern)
                ? _api.Schemas.FindFaults(JsonSerializer.SerializeToElement(new { pattern }), JsonSerializer.SerializeToElement(header.Value), header.Key)
                : Transport.Contains(header.Key) ? [] : [$"the header {header.Key} is not described"]);
        return missing.Concat(wrong);
    }

    // OpenAPI 3.1 §4.8.21: a header is a text that stands for a value of its schema.
    private static JsonElement ReadHeader(string text, JsonElement description) =>
        description.GetProperty("schema").TryGetProperty("type", out var type) && type.GetString() == "integer" && long.TryParse(text, out var number)
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(text);

    private async Task<IEnumerable<string>> FindBodyFaultsAsync(JsonElement described, HttpContent content, CancellationToken cancellationToken)
    {
        var body = await content.ReadAsByteArrayAsync(cancellationToken);
        if (!described.TryGetProperty("content", out var mediaTypes))
        {
            return body.Length == 0 ? [] : ["it has no body"];
        }

        if (content.Headers.ContentType?.ToString() is not { } mediaType || !mediaTypes.TryGetProperty(mediaType, out var media))
        {
            return [$"it has no body of the type {content.Headers.ContentType}"];
        }

        return mediaType.EndsWith("json", StringComparison.Ordinal) ? _api.Schemas.FindFaults(media.GetProperty("schema"), JsonElement.Parse(body), "body") : [];
    }

    private async Task<IEnumerable<string>> FindRequestFaultsAsync(ApiOperation operation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Operations without query parameters don't look at the query at all.
        var known = operation.Parameters.Where(static parameter => parameter.GetProperty("in").GetString() == "query").Select(static parameter => parameter.GetProperty("name").GetString()).ToList();
        var unknown = HttpUtility.ParseQueryString(request.RequestUri!.Query).AllKeys
            .Where(static name => name is not null)
            .Where(name => known.Count > 0 && !known.Contains(name))
            .Select(static name => $"it has no query parameter {name}");
        if (!operation.Element.TryGetProperty("requestBody", out _))
        {
            return unknown;
        }

        return operation.FindBodySchema(request.Content?.Headers.ContentType?.MediaType) is { } schema
            ? unknown.Concat(_api.Schemas.FindFaults(schema, await ReadAsync(request.Content!, cancellationToken), "request"))
            : unknown.Append($"it takes no body of the type {request.Content?.Headers.ContentType}");
    }

    private static async Task<JsonElement> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = await content.ReadAsByteArrayAsync(cancellationToken);
        if (content.Headers.ContentType is MediaTypeHeaderValue { MediaType: "application/json" })
        {
            return JsonElement.Parse(bytes.AsSpan().StartsWith(System.Text.Encoding.UTF8.Preamble) ? bytes.AsSpan(System.Text.Encoding.UTF8.Preamble.Length) : bytes);
        }

        var form = System.Text.Encoding.UTF8.GetString(bytes).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static field => field.Split('=', 2))
            .Select(static field => KeyValuePair.Create(WebUtility.UrlDecode(field[0]), (JsonNode?)WebUtility.UrlDecode(field.ElementAtOrDefault(1) ?? "")))
            .DistinctBy(static field => field.Key);
        return JsonSerializer.SerializeToElement(new JsonObject(form));
    }
}
