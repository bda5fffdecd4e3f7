using Gatehouse.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api;

/// <summary>
/// Answers requests that match no other route. It has to be a function: the Functions host answers a wrong method
/// with a bare 404, and only the app can give a helpful answer.
/// </summary>
internal sealed class FallbackFunction(UnknownRoute unknown)
{
    // The Functions host knows no precedence of routes: it tries them in the order of the functions' names
    // (azure-functions-host issues 3153 and 9876), and this one matches everything. So its name must sort last.
    /// <summary>Find the entry points</summary>
    /// <remarks>Name, version and links. The same function answers every path and method that this document lacks, with 404 or 405.</remarks>
    [Function("ZzFallback")]
    [AllowAnonymous]
    [Operation("Operations", Id = "Home")]
    [Answer<HomeDocument>(200, "Name, version and links.")]
    [Failure(404, "NoSuchRoute")]
    [Failure(405, "MethodNotAllowed")]
    public Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequestData request) =>
        unknown.AnswerAsync(request);
}
