using System.Diagnostics;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Gatehouse.Protection.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

/// <summary>
/// The outermost middleware: finds the function and the caller's address, times the request, adds a span to the trace
/// that the Functions host or the caller began, and logs one line. The line omits the query, which may hold personal
/// data.
/// </summary>
internal sealed class RequestMiddleware(
    FunctionCatalog functions,
    ClientAddresses addresses,
    RequestOrigin origin,
    ProtectionMetrics metrics,
    ILogger<RequestMiddleware> logger) : HttpMiddleware
{
    private const int NoContent = 204;
    private const int NotFound = 404;
    private const int TooManyRequests = 429;
    private const int InternalServerError = 500;

    // Enough lines about unknown routes to see what an attacker or a broken link asks for.
    private const int SampleSize = 10;
    private static readonly TimeSpan SampleTime = TimeSpan.FromMinutes(1);

    private long _sampleStarted = metrics.Now;
    private int _sampled;

    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (!HasValidUrl(exchange))
        {
            await exchange.AnswerAsync(new Problem(ProblemType.MalformedRequest, "The Host header can't be part of a URL."));
            return;
        }

        var started = metrics.Now;
        var name = context.FunctionDefinition.Name;
        var endpoint = functions.Find(name);
        if (endpoint is not null)
        {
            context.Features.Set(endpoint);
        }

        origin.Begin(exchange, addresses.Of(exchange));
        using var span = Tracing.Source.HasListeners() ? Begin(context, exchange, endpoint) : null;

        // The host answers 500 to an exception that leaves the pipeline.
        var status = InternalServerError;
        try
        {
            await next(context);

            // Without a result the host answers 204.
            status = exchange.Status ?? NoContent;
        }
        finally
        {
            metrics.RequestAnswered(name, status, started);

            // A flood that the rate limit refuses, or that guesses paths, must not become a flood of log lines. Metrics and spans count it.
            if (status != TooManyRequests && endpoint is not { IsQuiet: true } && logger.IsEnabled(LogLevel.Information) && !(status == NotFound && endpoint is { IsCatchAll: true } && IsPastSample()))
            {
                logger.Answered(exchange.Method, exchange.Url.AbsolutePath, status, metrics.ElapsedSince(started).TotalMilliseconds, context.GetTraceId());
            }

            span?.SetTag("http.response.status_code", status);
            if (status >= InternalServerError)
            {
                span?.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    // Requests at the same moment at the turn of a minute may log a few lines more.
    private bool IsPastSample()
    {
        if (metrics.ElapsedSince(Volatile.Read(ref _sampleStarted)) >= SampleTime)
        {
            Volatile.Write(ref _sampleStarted, metrics.Now);
            Volatile.Write(ref _sampled, 0);
        }

        return Interlocked.Increment(ref _sampled) > SampleSize;
    }

    // The worker makes the URL from the Host header when it is asked for it.
    private static bool HasValidUrl(HttpExchange exchange)
    {
        try
        {
            return SafeAddress.FindHost(exchange.Url) is not null;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static Activity? Begin(FunctionContext context, HttpExchange exchange, FunctionEndpoint? endpoint)
    {
        var trace = context.TraceContext;
        if (!ActivityContext.TryParse(trace.TraceParent, trace.TraceState, isRemote: true, out var parent))
        {
            // Without this, the span would become a child of an activity of the surrounding server, which is not exported.
            Activity.Current = null;
        }

        // The semantic conventions for HTTP, without url.path, which may hold user names.
        var route = "/" + endpoint?.Route;
        var method = FindMethod(exchange.Method);
        var span = Tracing.Source.StartActivity($"{method ?? "HTTP"} {route}", ActivityKind.Server, parent);
        span?.SetTag("http.request.method", method ?? "_OTHER");
        span?.SetTag("http.route", route);
        span?.SetTag("faas.name", context.FunctionDefinition.Name);
        span?.SetTag("faas.invocation_id", context.InvocationId);
        return span;
    }

    // A caller can invent methods, but span names must stay few.
    private static string? FindMethod(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" ? method : null;
}
