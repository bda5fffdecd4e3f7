using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Local.Functions;

/// <summary>Takes an HTTP request through the pipeline and answers it as the Functions host would.</summary>
internal static class FunctionRequest
{
    public static async Task HandleAsync(HttpContext http, LocalFunction function, FunctionExecutionDelegate pipeline)
    {
        var context = new LocalFunctionContext(http, function);
        object? result;
        try
        {
            await pipeline(context);
            result = context.GetInvocationResult().Value;
        }
        catch (Exception exception)
        {
            // The Functions host answers an exception with an empty 500.
            http.RequestServices.GetRequiredService<ILogger<LocalFunction>>().FunctionFailed(exception, function.Definition.Name);
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        if (result is not HttpResponseData response)
        {
            // ... and an empty result with 204.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await SendAsync(http, response);
    }

    private static async Task SendAsync(HttpContext http, HttpResponseData response)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            http.Response.Headers.Append(name, values.Count == 1 ? values.ToString() : new StringValues([.. values]));
        }

        await using var body = response.Body;
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified or < HttpStatusCode.OK)
        {
            return;
        }

        if (body is ResponseBuffer buffer)
        {
            http.Response.ContentLength = buffer.Length;
            if (!HttpMethods.IsHead(http.Request.Method))
            {
                await http.Response.Body.WriteAsync(buffer.Written, http.RequestAborted);
            }
        }
        else if (!HttpMethods.IsHead(http.Request.Method))
        {
            body.Position = 0;
            await body.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }
}
