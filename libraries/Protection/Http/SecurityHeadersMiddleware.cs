using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Adds the headers that the OWASP REST Security Cheat Sheet asks of every answer. It runs outside
/// <see cref="ErrorMiddleware"/>, so that failures carry them too.
/// </summary>
internal sealed class SecurityHeadersMiddleware : HttpMiddleware
{
    protected override Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next) =>
        exchange.ContinueAsync(next, static (exchange, _) => SetHeaders(exchange));

    private static void SetHeaders(HttpExchange exchange)
    {
        exchange.AddAnswerHeader("X-Content-Type-Options", "nosniff");
        if (!exchange.HasAnswerHeader("Content-Security-Policy"))
        {
            exchange.AddAnswerHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }

        exchange.AddAnswerHeader("Referrer-Policy", "no-referrer");
        if (!exchange.HasAnswerHeader("Cache-Control"))
        {
            exchange.AddAnswerHeader("Cache-Control", "no-store");
        }

        // RFC 6797 §7.2: not over plain HTTP.
        if (exchange.Url.Scheme == Uri.UriSchemeHttps)
        {
            exchange.AddAnswerHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
    }
}
