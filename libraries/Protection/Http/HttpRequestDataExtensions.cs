using System.Net;
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

    /// <summary>The one value of a query parameter; null when it is missing.</summary>
    /// <exception cref="ProblemException">The parameter comes more than once.</exception>
    public static string? FindQuery(this HttpRequestData request, string name)
    {
        var values = request.Query.GetValues(name);
        return values switch
        {
            null => null,
            [var value] => value,
            _ => throw new ProblemException(new Problem(ProblemType.InvalidRequest, "A query parameter was given more than once.")
            {
                Errors = new Dictionary<string, string[]> { [name] = ["Give this query parameter once."] },
            }),
        };
    }

    /// <summary>An answer in the shape that the function's callers expect: a problem document, or an OAuth error at an OAuth endpoint.</summary>
    public static Task<HttpResponseData> CreateProblemAsync(this HttpRequestData request, Problem problem, bool isOAuth) =>
        isOAuth ? request.CreateOAuthErrorAsync(problem) : request.CreateProblemAsync(problem);

    /// <summary>An answer that is a problem document.</summary>
    public static async Task<HttpResponseData> CreateProblemAsync(this HttpRequestData request, Problem problem)
    {
        var response = request.CreateResponse(problem.Type.Status);
        foreach (var (name, value) in problem.Headers)
        {
            response.SetHeader(name, value);
        }

        var document = new ProblemDocument(
            problem.Type.Uri,
            problem.Type.Title,
            (int)problem.Type.Status,
            problem.Detail,
            request.FunctionContext.GetTraceId(),
            problem.Errors);
        await response.WriteJsonAsync(document, HttpJsonContext.Default.ProblemDocument, MediaType.Problem);
        return response;
    }

    /// <summary>An answer that is an OAuth error (RFC 6749 §5.2).</summary>
    public static async Task<HttpResponseData> CreateOAuthErrorAsync(
        this HttpRequestData request,
        HttpStatusCode status,
        string error,
        string description)
    {
        var response = request.CreateResponse(status);
        await response.WriteJsonAsync(new OAuthErrorDocument(error, description), HttpJsonContext.Default.OAuthErrorDocument);
        return response;
    }

    private static async Task<HttpResponseData> CreateOAuthErrorAsync(this HttpRequestData request, Problem problem)
    {
        // RFC 6749 §5.2 has no error at the token endpoint for a fault of the server, nor for one that would pass with
        // time; §4.1.2.1 names these two.
        var error = problem.Type.Status switch
        {
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => "temporarily_unavailable",
            HttpStatusCode.InternalServerError => "server_error",
            _ => OAuthException.InvalidRequest,
        };
        var response = await request.CreateOAuthErrorAsync(problem.Type.Status, error, problem.Detail);
        foreach (var (name, value) in problem.Headers)
        {
            response.SetHeader(name, value);
        }

        return response;
    }
}
