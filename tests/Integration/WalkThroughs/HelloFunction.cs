using System.Text;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Hello;

internal sealed class HelloFunction(TimeProvider time)
{
    [Function("Hello")]
    [Authorize(Policy = Scopes.ProductsRead)]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "hello")] HttpRequestData request)
    {
        var caller = request.FunctionContext.GetCaller();
        var response = request.CreateResponse();
        await response.WriteAsync(Encoding.UTF8.GetBytes($"Hello, {caller.Subject}! It is {time.GetUtcNow():HH:mm}."), "text/plain");
        return response;
    }
}
