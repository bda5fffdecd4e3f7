using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Tests.Integration.LocalHost.Samples;

/// <summary>Marks every answer on its way out.</summary>
internal sealed class OuterMiddleware : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context);
        (context.GetInvocationResult().Value as HttpResponseData)?.Headers.Add("X-Passed", "outer");
    }
}
