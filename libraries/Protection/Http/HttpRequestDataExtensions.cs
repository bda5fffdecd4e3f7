using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

internal static class HttpRequestDataExtensions
{
    /// <summary>The one value of a header; null when the header is missing or comes more than once.</summary>
    public static string? FindHeader(this HttpRequestData request, string name)
    {
        // NonValidated: the parsing of known headers costs time and drops what it can't parse.
        if (!request.Headers.NonValidated.TryGetValues(name, out var values) || values.Count != 1)
        {
            return null;
        }

        return values.ToString();
    }

    /// <summary>The value of a header that is a list, all its lines joined (RFC 9110 §5.3); null when the header is missing.</summary>
    public static string? FindListHeader(this HttpRequestData request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>The one value of a query parameter; null when it is missing.</summary>
    /// <exception cref="ProblemException">The parameter comes more than once.</exception>
    public static string? FindQuery(this HttpRequestData request, string name)
    {
        var values = request.Query.GetValues(name);
        return values switch
        {
            null => null,
            [var value] => value,
            _ => throw new ProblemException(new Problem(ProblemType.InvalidRequest, "A query parameter was sent more than once.")
            {
                Errors = new Dictionary<string, string[]> { [name] = ["Send this query parameter once."] },
            }),
        };
    }

    /// <summary>
    /// The names of the query parameters, those without a value included. Empty parameters, as after the last <c>&amp;</c> of
    /// <c>?a=1&amp;</c>, have no name and are skipped (URL Standard §5.1).
    /// </summary>
    public static IEnumerable<string> ReadQueryNames(this HttpRequestData request) =>
        request.Query.AllKeys.OfType<string>().Concat(request.Query.GetValues(null) ?? []).Where(static name => name.Length > 0);

    /// <summary>An answer with a value as JSON, written by the generated contract of its type.</summary>
    public static async Task<HttpResponseData> JsonAsync<T>(this HttpRequestData request, T value, JsonTypeInfo<T> type, HttpStatusCode status = HttpStatusCode.OK)
    {
        var response = request.CreateResponse(status);
        await response.WriteJsonAsync(value, type);
        return response;
    }

    /// <summary>201 with the new resource and its location (RFC 9110 §10.2.2).</summary>
    public static async Task<HttpResponseData> CreatedAsync<T>(this HttpRequestData request, string location, T value, JsonTypeInfo<T> type)
    {
        var response = await request.JsonAsync(value, type, HttpStatusCode.Created);
        response.SetHeader("Location", location);
        return response;
    }

    /// <summary>304 when the caller has this version already (RFC 9110 §13.1.2), 200 without a body otherwise; both with the validators.</summary>
    /// <param name="request">The request.</param>
    /// <param name="etag">The entity tag of the current version.</param>
    /// <param name="cacheControl">The value of <c>Cache-Control</c>.</param>
    /// <param name="isKnown">Whether the answer is a 304, which has no body.</param>
    public static HttpResponseData CreateConditional(this HttpRequestData request, string etag, string cacheControl, out bool isKnown)
    {
        isKnown = request.FindListHeader("If-None-Match") is { } tag && EntityTag.IsNoneMatch(tag, etag);
        var response = request.CreateResponse(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.SetHeader("ETag", etag);
        response.SetHeader("Cache-Control", cacheControl);
        return response;
    }

    /// <summary>The answer to a failure, in the form that the function's callers expect.</summary>
    public static Task<HttpResponseData> CreateProblemAsync(this HttpRequestData request, Problem problem) =>
        request.CreateResponseAsync(HttpAnswer.Of(problem, request.FunctionContext));

    /// <summary>A finished answer as the worker sends it.</summary>
    public static async Task<HttpResponseData> CreateResponseAsync(this HttpRequestData request, HttpAnswer answer)
    {
        var response = request.CreateResponse(answer.Status);
        foreach (var (name, value) in answer.Headers)
        {
            response.SetHeader(name, value);
        }

        if (answer.Body is not null)
        {
            await response.WriteAsync(answer.Body, answer.MediaType!);
        }

        return response;
    }
}

internal static class HttpResponseDataExtensions
{
    /// <summary>Sets a header, replacing earlier values.</summary>
    public static void SetHeader(this HttpResponseData response, string name, string value)
    {
        response.Headers.Remove(name);
        response.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Writes a value as JSON by the generated contract of its type.</summary>
    public static Task WriteJsonAsync<T>(this HttpResponseData response, T value, JsonTypeInfo<T> type) =>
        response.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), MediaType.Json);

    /// <summary>Writes a finished body.</summary>
    public static async Task WriteAsync(this HttpResponseData response, ReadOnlyMemory<byte> body, string mediaType)
    {
        response.SetHeader("Content-Type", mediaType);
        await response.Body.WriteAsync(body, response.FunctionContext.CancellationToken);
    }
}

internal static class FunctionContextExtensions
{
    /// <summary>
    /// The id that ties an answer to the log and the trace: the trace id of the W3C <c>traceparent</c> from the host;
    /// without one, that of the trace that begins here, or the invocation id when tracing is off.
    /// </summary>
    public static string GetTraceId(this FunctionContext context) =>
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, out var trace)
            ? trace.TraceId.ToHexString()
            : Activity.Current?.TraceId.ToHexString() ?? context.InvocationId;
}
