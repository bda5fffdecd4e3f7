using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api;

/// <summary>
/// Answers what no other route takes. It has to be a function: the Functions host answers a wrong method with a bare
/// 404, and only what reaches the app gets an answer that helps.
/// </summary>
internal sealed class FallbackFunction(UnknownRoute unknown)
{
    // The Functions host knows no precedence of routes: it tries them in the order of the functions' names (azure-functions-host
    // issues 3153 and 9876), and this one takes everything. So its name must be the last.
    [Function("ZzFallback")]
    [AllowAnonymous]
    public Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequestData request) =>
        unknown.AnswerAsync(request);
}
