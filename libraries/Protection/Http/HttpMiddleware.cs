using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>Middleware for HTTP requests. It passes on invocations by other triggers, which only the platform can make.</summary>
internal abstract class HttpMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.Features.Get<HttpExchange>() is { } exchange)
        {
            return InvokeAsync(exchange, context, next);
        }

        var reading = context.GetHttpRequestDataAsync();
        return reading.IsCompletedSuccessfully ? BeginAsync(reading.Result, context, next) : WaitAsync(reading, context, next);
    }

    /// <summary>Handles a request by calling the next middleware or by answering.</summary>
    protected abstract Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next);

    private Task BeginAsync(HttpRequestData? request, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (request is null)
        {
            return next(context);
        }

        HttpExchange exchange = new HttpRequestDataExchange(request);
        context.Features.Set(exchange);
        return InvokeAsync(exchange, context, next);
    }

    private async Task WaitAsync(ValueTask<HttpRequestData?> reading, FunctionContext context, FunctionExecutionDelegate next) =>
        await BeginAsync(await reading, context, next);
}
