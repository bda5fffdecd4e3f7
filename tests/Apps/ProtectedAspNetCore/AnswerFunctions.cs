using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Apps.ProtectedAspNetCore;

/// <summary>A function for each way to answer.</summary>
[AllowAnonymous]
public sealed class AnswerFunctions
{
    [Function("ActionAnswer")]
    public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/action")] HttpRequest request)
    {
        request.HttpContext.Response.Headers.CacheControl = "max-age=60";
        return new CreatedResult("/answers/1", new { Text = "action" });
    }

    [Function("ResultAnswer")]
    public static IResult Result([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/result")] HttpRequest request) =>
        Results.Json(new { Text = "result" }, statusCode: StatusCodes.Status202Accepted);

    [Function("EmptyAnswer")]
    public IActionResult Empty([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/empty")] HttpRequest request) => new NoContentResult();

    [Function("ObjectAnswer")]
    public object Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/object")] HttpRequest request) => new { Text = "object" };

    [Function("DataAnswer")]
    public async Task<HttpResponseData> Data([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/data")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.Accepted);
        response.Headers.Add("X-Own", "data");
        await response.WriteStringAsync("data");
        return response;
    }

    [Function("StreamedAnswer")]
    public async Task Streamed([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/streamed")] HttpRequest request)
    {
        var response = request.HttpContext.Response;
        response.ContentType = "text/plain";
        foreach (var line in new[] { "one\n", "two\n" })
        {
            await response.WriteAsync(line, request.HttpContext.RequestAborted);
            await response.Body.FlushAsync(request.HttpContext.RequestAborted);
        }
    }

    [Function("BrokenOffAnswer")]
    public async Task BrokenOff([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/broken-off")] HttpRequest request)
    {
        await request.HttpContext.Response.WriteAsync("one\n", request.HttpContext.RequestAborted);
        await request.HttpContext.Response.Body.FlushAsync(request.HttpContext.RequestAborted);
        throw new InvalidOperationException("The rest can't be read.");
    }

    [Function("Failing")]
    public IActionResult Failing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/failing")] HttpRequest request)
    {
        request.HttpContext.Response.Headers["X-Own"] = "left behind";
        throw new InvalidOperationException("The password is hunter2.");
    }

    [Function("FailingData")]
    public HttpResponseData FailingData([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/failing-data")] HttpRequestData request)
    {
        request.CreateResponse(HttpStatusCode.OK).Headers.Add("X-Own", "left behind");
        throw new InvalidOperationException("The password is hunter2.");
    }

    [Function("FailingResult")]
    public IResult FailingResult([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/failing-result")] HttpRequest request) =>
        new FailingResultOf("The password is hunter2.");

    private sealed class FailingResultOf(string message) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => throw new InvalidOperationException(message);
    }
}
