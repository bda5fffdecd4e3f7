using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Http;

/// <summary>
/// One log line for each request. The path goes in without its query, which may hold what is nobody's business. Notes too
/// where the request comes from, for the audit.
/// </summary>
internal sealed class AccessLogMiddleware(ClientAddresses addresses, RequestOrigin origin, ILogger<AccessLogMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (await context.GetHttpRequestDataAsync() is not { } request)
        {
            await next(context);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        origin.Address = addresses.Of(request);
        await next(context);
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var status = context.GetInvocationResult().Value is HttpResponseData response ? (int)response.StatusCode : 0;
        logger.Answered(request.Method, request.Url.AbsolutePath, status, Stopwatch.GetElapsedTime(started).TotalMilliseconds, context.GetTraceId());
    }
}
