using System.Diagnostics;
using Gatehouse.Protection.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Times each request, and makes it a span of the trace that the Functions host, or the caller, has begun. Outermost, so
/// that nothing is left out; what is logged inside carries the trace.
/// </summary>
internal sealed class TelemetryMiddleware(GatehouseMetrics metrics, FunctionCatalog functions) : IFunctionsWorkerMiddleware
{
    private const int NoContent = 204;
    private const int InternalServerError = 500;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (await context.GetHttpRequestDataAsync() is not { } request)
        {
            await next(context);
            return;
        }

        var started = metrics.Now;
        using var span = Tracing.Source.HasListeners() ? Begin(context, request) : null;

        // What the host answers when an exception leaves the pipeline.
        var status = InternalServerError;
        try
        {
            await next(context);

            // Without a result the host answers 204.
            status = context.GetInvocationResult().Value is HttpResponseData response ? (int)response.StatusCode : NoContent;
        }
        finally
        {
            metrics.RequestAnswered(context.FunctionDefinition.Name, status, started);
            span?.SetTag("http.response.status_code", status);
            if (status >= InternalServerError)
            {
                span?.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private Activity? Begin(FunctionContext context, HttpRequestData request)
    {
        var trace = context.TraceContext;
        if (!ActivityContext.TryParse(trace.TraceParent, trace.TraceState, isRemote: true, out var parent))
        {
            // Without this an activity of the server around us, which nobody collects, would be taken for the parent.
            Activity.Current = null;
        }

        // The semantic conventions for HTTP, but for url.path: in it stand user names.
        var route = "/" + functions.Find(context.FunctionDefinition.Name)?.Route;
        var method = FindMethod(request.Method);
        var span = Tracing.Source.StartActivity($"{method ?? "HTTP"} {route}", ActivityKind.Server, parent);
        span?.SetTag("http.request.method", method ?? "_OTHER");
        span?.SetTag("http.route", route);
        span?.SetTag("faas.name", context.FunctionDefinition.Name);
        span?.SetTag("faas.invocation_id", context.InvocationId);
        return span;
    }

    // A caller can invent methods; names of spans must stay few.
    private static string? FindMethod(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" ? method : null;
}
