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
    [Function("ZzFallback")]
    [AllowAnonymous]
    public Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequestData request) =>
        unknown.AnswerAsync(request);
}
