using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Local.Functions;

/// <summary>Sends an HTTP request through the pipeline and answers it as the Functions host does.</summary>
internal static class FunctionRequest
{
    public static async Task HandleAsync(HttpContext http, LocalFunction function, FunctionExecutionDelegate pipeline)
    {
        if (RequestUrl.Read(http.Request) is not { } url)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var context = new LocalFunctionContext(http, url, function);
        try
        {
            await pipeline(context);
            await SendAsync(http, context.Result);
        }
        catch (Exception exception) when ((exception is OperationCanceledException or IOException) && http.RequestAborted.IsCancellationRequested)
        {
            // The caller has hung up: there is no response to send and no fault to report.
        }
        catch (Exception exception)
        {
            http.RequestServices.GetRequiredService<ILogger<LocalFunction>>().FunctionFailed(exception, function.Definition.Name);
            if (http.Response.HasStarted)
            {
                // The status is sent already. A broken connection tells the caller that the body is incomplete.
                http.Abort();
                return;
            }

            // The Functions host answers an exception with an empty 500.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static async Task SendAsync(HttpContext http, object? result)
    {
        if (result is not HttpResponseData response)
        {
            // The Functions host answers an empty result with 204.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            // The host joins the values of a field by a bare comma, and sends every body in chunks.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                http.Response.Headers.Append(name, IsCookie(name) ? new StringValues([.. values]) : string.Join(',', values));
            }
        }

        await using var body = response.Body;
        if (MayHaveBody(response.StatusCode) && !HttpMethods.IsHead(http.Request.Method))
        {
            await SendBodyAsync(http, body);
        }
    }

    // RFC 9110 §5.3: the one field whose values must not be joined.
    private static bool IsCookie(string name) => name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);

    // RFC 9110 §6.4.1 and §15.3.6. Kestrel refuses to write a body to such a response.
    private static bool MayHaveBody(HttpStatusCode status) =>
        status is >= HttpStatusCode.OK and not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified);

    private static async Task SendBodyAsync(HttpContext http, Stream body)
    {
        // Without this Kestrel would give a body that it knows as a whole a Content-Length.
        await http.Response.StartAsync(http.RequestAborted);
        if (body is ResponseBuffer buffer)
        {
            await http.Response.Body.WriteAsync(buffer.Written, http.RequestAborted);
            return;
        }

        if (body.CanSeek)
        {
            body.Position = 0;
        }

        await body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Error, Message = "The function {Function} ended with an exception.")]
    public static partial void FunctionFailed(this ILogger logger, Exception exception, string function);
}
