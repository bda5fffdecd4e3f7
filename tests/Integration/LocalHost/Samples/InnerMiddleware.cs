using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Tests.Integration.LocalHost.Samples;

/// <summary>Marks answers on their way out, and answers one route itself.</summary>
internal sealed class InnerMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var request = await context.GetHttpRequestDataAsync();
        if (request!.Url.AbsolutePath == "/echo/refused")
        {
            context.GetInvocationResult().Value = request.CreateResponse(HttpStatusCode.Conflict);
            return;
        }

        await next(context);
        (context.GetInvocationResult().Value as HttpResponseData)?.Headers.Add("X-Passed", "inner");
    }
}
