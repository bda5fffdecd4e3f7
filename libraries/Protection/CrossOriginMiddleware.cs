using System.Collections.Frozen;
using System.Net;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Tells browsers which origins' scripts may call this API (CORS, Fetch Standard §3.3). The browser enforces that,
/// not this class. It runs before every middleware that refuses requests, so that scripts can read the reason.
/// Cookies play no part.
/// </summary>
internal sealed class CrossOriginMiddleware(IOptions<ProtectionOptions> options, ILogger<CrossOriginMiddleware> logger) : HttpMiddleware
{
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private const string RequestHeaders = "Authorization, Content-Type, DPoP, If-Match, If-None-Match";

    // In addition to the headers that a script may always read.
    private const string ExposedHeaders = "DPoP-Nonce, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate";

    // In seconds; the most that Chromium accepts.
    private const string PreflightLifetime = "7200";

    // The longest host name with a scheme; a longer string is no origin.
    private const int MaxLoggedOrigin = 270;

    private readonly FrozenSet<string> _origins = SettingList.Split(options.Value.AllowedOrigins).ToFrozenSet(StringComparer.Ordinal);
    private readonly string? _own = Uri.TryCreate(options.Value.PublicUrl, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : null;
    private readonly FunctionExecutionDelegate _answerPreflight = CreatePreflight(options.Value);

    protected override Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.Features.Get<FunctionEndpoint>() is { AllowsAnyOrigin: true })
        {
            return exchange.ContinueAsync(next, static (exchange, _) => AllowAnyOrigin(exchange));
        }

        var allowed = FindAllowed(exchange);
        return _origins.Count == 0
            ? next(context)
            : exchange.ContinueAsync(
                allowed is not null && IsPreflight(exchange) ? _answerPreflight : next,
                static (exchange, allowed) => SetHeaders(exchange, (string?)allowed),
                allowed);
    }

    private static FunctionExecutionDelegate CreatePreflight(ProtectionOptions options)
    {
        var answer = new HttpAnswer(
            HttpStatusCode.NoContent,
            [
                new("Access-Control-Allow-Methods", Methods),
                new("Access-Control-Allow-Headers", string.Join(", ", [RequestHeaders, .. SettingList.Split(options.AllowedHeaders), .. SettingList.Split(options.TokenHeaders)])),
                new("Access-Control-Max-Age", PreflightLifetime),
            ]);
        return context => context.Features.Get<HttpExchange>()!.AnswerAsync(answer);
    }

    private static bool IsPreflight(HttpExchange exchange) =>
        exchange.Method == "OPTIONS" && exchange.FindHeader("Access-Control-Request-Method", out _) is not null;

    /// <summary>The origin of the calling script if it is allowed; null otherwise.</summary>
    private string? FindAllowed(HttpExchange exchange)
    {
        if (exchange.FindHeader("Origin") is not { } origin)
        {
            return null;
        }

        if (_origins.Contains(origin))
        {
            return origin;
        }

        // A browser names the origin for requests of this API's own pages too, such as the reference page.
        if (origin == _own || origin == exchange.Url.GetLeftPart(UriPartial.Authority))
        {
            return null;
        }

        // Logged, because the browser tells its user only that the request failed.
        logger.OriginRefused(origin.Length <= MaxLoggedOrigin ? origin : origin[..MaxLoggedOrigin]);
        return null;
    }

    // Without Vary, so that a cache keeps one copy for all origins.
    private static void AllowAnyOrigin(HttpExchange exchange)
    {
        if (exchange.Status is (int)HttpStatusCode.OK or (int)HttpStatusCode.NotModified)
        {
            exchange.SetAnswerHeader("Access-Control-Allow-Origin", "*");
        }
    }

    private static void SetHeaders(HttpExchange exchange, string? allowed)
    {
        if (allowed is not null)
        {
            exchange.SetAnswerHeader("Access-Control-Allow-Origin", allowed);
            exchange.SetAnswerHeader("Access-Control-Expose-Headers", ExposedHeaders);
        }

        // Sent to every caller, or a cache would give the answer for one origin to another.
        exchange.AddAnswerHeader("Vary", "Origin");
    }
}
