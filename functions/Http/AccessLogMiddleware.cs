using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Http;

/// <summary>One log line for each request. The path goes in without its query, which may hold what is nobody's business.</summary>
internal sealed class AccessLogMiddleware(ILogger<AccessLogMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var started = Stopwatch.GetTimestamp();
        await next(context);
        if (!logger.IsEnabled(LogLevel.Information) || await context.GetHttpRequestDataAsync() is not { } request)
        {
            return;
        }

        var status = context.GetInvocationResult().Value is HttpResponseData response ? (int)response.StatusCode : 0;
        logger.Answered(request.Method, request.Url.AbsolutePath, status, Stopwatch.GetElapsedTime(started).TotalMilliseconds, context.GetTraceId());
    }
}
