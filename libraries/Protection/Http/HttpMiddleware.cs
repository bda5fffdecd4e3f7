using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>Middleware for HTTP requests. An invocation by another trigger passes it untouched: the platform itself makes that one.</summary>
internal abstract class HttpMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        // The worker has the request ready for all middleware but the first: no state machine for these.
        var reading = context.GetHttpRequestDataAsync();
        if (!reading.IsCompletedSuccessfully)
        {
            return WaitAsync(reading, context, next);
        }

        return reading.Result is { } request ? InvokeAsync(request, context, next) : next(context);
    }

    /// <summary>Handles a request, by calling the next middleware or by setting a result.</summary>
    protected abstract Task InvokeAsync(HttpRequestData request, FunctionContext context, FunctionExecutionDelegate next);

    /// <summary>The answer that is set; null when there is none.</summary>
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
