using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.LocalHost.Samples;

/// <summary>Functions that answer with what they got.</summary>
public sealed class EchoFunctions(Visit visit)
{
    /// <summary>Set when the waiting function has begun.</summary>
    public static TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when it was cancelled.</summary>
    public static TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Function("EchoWord")]
    [AllowAnonymous]
    public static async Task<HttpResponseData> EchoAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", Route = "echo/{word}")] HttpRequestData request,
        string word)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var many = request.Headers.TryGetValues("X-Many", out var values) ? $" X-Many={string.Join(',', values)}" : "";
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("X-Answer", ["1", "2"]);
        response.Cookies.Append(new HttpCookie("visited", "yes") { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSite.Strict });
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{request.Method} {word} q={request.Query["q"]}{many} {body}"));
        return response;
    }

    [Function("EchoYonder")]
    [AllowAnonymous]
    public static HttpResponseData Yonder([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo/yonder")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.Gone);

    [Function("EchoNothing")]
    [AllowAnonymous]
    public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo/nothing")] HttpRequestData request) => _ = request.Method;

    [Function("EchoFailing")]
    [AllowAnonymous]
    public static HttpResponseData Failing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo/failing")] HttpRequestData request) =>
        throw new InvalidOperationException(request.Method);

    [Function("EchoVisit")]
    [AllowAnonymous]
    public async Task<HttpResponseData> VisitAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo/visit")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(visit.Id.ToString()));
        return response;
    }

    [Function("EchoWaiting")]
    [AllowAnonymous]
    public static async Task WaitAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo/waiting")] HttpRequestData request,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        Assert.Equal(request.FunctionContext, context);
        Waiting.SetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled.SetResult();
            throw;
        }
    }
}
