using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Adds the headers that the OWASP REST Security Cheat Sheet asks of every answer. It runs outside
/// <see cref="ErrorMiddleware"/>, so that failures carry them too.
/// </summary>
internal sealed class SecurityHeadersMiddleware : HttpMiddleware
{
    protected override async Task InvokeAsync(HttpRequestData request, FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context);
        if (FindResponse(context) is not { } response)
        {
            return;
        }

        var headers = response.Headers;
        headers.TryAddWithoutValidation("X-Content-Type-Options", "nosniff");
        if (!headers.NonValidated.Contains("Content-Security-Policy"))
        {
            headers.TryAddWithoutValidation("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }

        headers.TryAddWithoutValidation("Referrer-Policy", "no-referrer");
        if (!headers.NonValidated.Contains("Cache-Control"))
        {
            headers.TryAddWithoutValidation("Cache-Control", "no-store");
        }

        // RFC 6797 §7.2: not over plain HTTP.
        if (request.Url.Scheme == Uri.UriSchemeHttps)
        {
            headers.TryAddWithoutValidation("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
    }
}
