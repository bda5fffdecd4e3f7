using System.Text;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

internal sealed class HelloFunction(TimeProvider time)
{
    /// <summary>Greet the caller</summary>
    /// <remarks>Says hello to the subject of the token.</remarks>
    [Function("Hello")]
    [Authorize(Policy = "products:read")]
    [Operation("Sign in")]
    [Answer(200, "The greeting.", MediaType = "text/plain")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "hello")] HttpRequestData request)
    {
        var caller = request.FunctionContext.GetCaller();
        var response = request.CreateResponse();
        await response.WriteAsync(Encoding.UTF8.GetBytes($"Hello, {caller.Subject}! It is {time.GetUtcNow():HH:mm}."), "text/plain");
        return response;
    }
}
