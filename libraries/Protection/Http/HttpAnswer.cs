using System.Net;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection.Http;

/// <summary>A finished answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers without <c>Content-Type</c>.</param>
/// <param name="MediaType">The value of <c>Content-Type</c>; null without a body.</param>
/// <param name="Body">The body.</param>
internal readonly record struct HttpAnswer(HttpStatusCode Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string? MediaType = null, byte[]? Body = null)
{
    /// <summary>The answer to a failure: an OAuth error for an OAuth endpoint, a problem document for every other function.</summary>
    public static HttpAnswer Of(Problem problem, FunctionContext context)
    {
        if (context.Features.Get<FunctionEndpoint>() is { IsOAuth: true })
        {
            return OfOAuth(problem);
        }

        var document = new ProblemDocument(
            problem.Type.Uri,
            problem.Type.Title,
            (int)problem.Type.Status,
            problem.Detail,
            context.GetTraceId(),
            problem.Errors,
            problem.Ticket);
        return new HttpAnswer(problem.Type.Status, problem.Headers, Http.MediaType.Problem, JsonSerializer.SerializeToUtf8Bytes(document, ProblemJsonContext.Default.ProblemDocument));
    }

    private static HttpAnswer OfOAuth(Problem problem)
    {
        var error = problem.OAuth ?? OAuthError.Of(problem.Type.Status);

        // RFC 9110 §15.5.2: the challenge belongs to a 401. RFC 9449 §5 has none for proofs at the token endpoint.
        var headers = error.Status == HttpStatusCode.Unauthorized
            ? problem.Headers
            : [.. problem.Headers.Where(static header => header.Key != "WWW-Authenticate")];
        var document = new OAuthErrorDocument(error.Code, problem.Detail);
        return new HttpAnswer(error.Status, headers, Http.MediaType.Json, JsonSerializer.SerializeToUtf8Bytes(document, ProblemJsonContext.Default.OAuthErrorDocument));
    }
}
