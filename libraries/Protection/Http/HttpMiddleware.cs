using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>Middleware for HTTP requests. It passes on invocations by other triggers, which only the platform can make.</summary>
internal abstract class HttpMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        // For all middleware but the first, the worker has the request ready, so no state machine is needed.
        var reading = context.GetHttpRequestDataAsync();
        if (!reading.IsCompletedSuccessfully)
        {
            return WaitAsync(reading, context, next);
        }

        return reading.Result is { } request ? InvokeAsync(request, context, next) : next(context);
    }

    /// <summary>Handles a request by calling the next middleware or by setting a result.</summary>
    protected abstract Task InvokeAsync(HttpRequestData request, FunctionContext context, FunctionExecutionDelegate next);

    /// <summary>The answer that was set; null when there is none.</summary>
    protected static HttpResponseData? FindResponse(FunctionContext context) => context.GetInvocationResult().Value as HttpResponseData;

    private async Task WaitAsync(ValueTask<HttpRequestData?> reading, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (await reading is { } request)
        {
            await InvokeAsync(request, context, next);
        }
        else
        {
            await next(context);
        }
    }
}
