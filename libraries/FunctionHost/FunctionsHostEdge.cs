namespace Gatehouse.FunctionHost;

/// <summary>
/// What the Azure Functions host does with a request before a function sees it, so that nothing works here that fails there.
/// Seen on the host 4.1037; docs/local.md has the table. local/Host compiles this file too.
/// </summary>
internal static class FunctionsHostEdge
{
    /// <summary>The environment variable for the largest body, in bytes.</summary>
    public const string BodyLimitVariable = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT";

    private const long DefaultBodyLimit = 100 * 1024 * 1024;

    /// <summary>Treats requests as the Functions host does. Comes before the routes.</summary>
    public static void UseFunctionsHostEdge(this WebApplication app)
    {
        var bodyLimit = app.Configuration.GetValue(BodyLimitVariable, DefaultBodyLimit);
        app.Use((http, next) => FindAnswer(http.Request) is { } status ? Answer(http, status) : ReadBodyAsync(http, bodyLimit, next));
    }

    private static int? FindAnswer(HttpRequest request)
    {
        if (request.Headers.Host.ToString().Length == 0)
        {
            // HTTP/1.0 allows it, and some health probes send it.
            return StatusCodes.Status500InternalServerError;
        }

        if (request.Path.Value is ['/', '/', ..])
        {
            return StatusCodes.Status404NotFound;
        }

        // The host's own interface, which needs the host's keys.
        if (request.Path.StartsWithSegments("/admin", out var rest))
        {
            return rest.Equals("/host/ping", StringComparison.OrdinalIgnoreCase) ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        }

        return request.Path.StartsWithSegments("/runtime") ? StatusCodes.Status401Unauthorized : null;
    }

    private static Task Answer(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task ReadBodyAsync(HttpContext http, long limit, RequestDelegate next)
    {
        // The host copies a body only if its length is announced (azure-functions-host issues 4926 and 7930).
        if (http.Request.ContentLength is not (> 0 and var length))
        {
            http.Request.Body = Stream.Null;
            return next(http);
        }

        return length > limit ? Answer(http, StatusCodes.Status500InternalServerError) : BufferBodyAsync(http, (int)length, next);
    }

    private static async Task BufferBodyAsync(HttpContext http, int length, RequestDelegate next)
    {
        var body = new byte[length];
        try
        {
            await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The body breaks off.
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        http.Request.Body = new MemoryStream(body, writable: false);
        await next(http);
    }
}
