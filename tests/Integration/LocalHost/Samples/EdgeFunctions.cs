using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.LocalHost.Samples;

/// <summary>Functions whose answers are not the usual ones.</summary>
[AllowAnonymous]
public static class EdgeFunctions
{
    /// <summary>Set when the stuck function has begun.</summary>
    public static TaskCompletionSource Stuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Function("EdgeUrl")]
    public static HttpResponseData Url([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "edge/url")] HttpRequestData request) =>
        Answer(request, new MemoryStream(Encoding.UTF8.GetBytes(request.Url.AbsoluteUri)));

    /// <summary>A body that can be read only once, from its beginning.</summary>
    [Function("EdgePipe")]
    public static HttpResponseData Pipe([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "edge/pipe")] HttpRequestData request) =>
        Answer(request, new PipeStream(Encoding.UTF8.GetBytes("piped")));

    /// <summary>A body that was written to its end.</summary>
    [Function("EdgeWritten")]
    public static HttpResponseData Written([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "edge/written")] HttpRequestData request)
    {
        var body = new MemoryStream();
        body.Write("written"u8);
        return Answer(request, body);
    }

    /// <summary>Writes a body whatever the status is.</summary>
    [Function("EdgeStatus")]
    public static HttpResponseData Status([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "edge/status/{code}")] HttpRequestData request, string code)
    {
        var response = Answer(request, new MemoryStream("too much"u8.ToArray()));
        response.StatusCode = Enum.Parse<HttpStatusCode>(code);
        return response;
    }

    /// <summary>Sets a header that can't be sent.</summary>
    [Function("EdgeHeader")]
    public static HttpResponseData Header([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "edge/header")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.TryAddWithoutValidation("X-First", "fine");
        response.Headers.TryAddWithoutValidation("X-Second", "\u20ac");
        return response;
    }

    /// <summary>Fails before it returns a task.</summary>
    [Function("EdgeThrows")]
    public static Task<HttpResponseData> Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "edge/throws")] HttpRequestData request) =>
        throw new NotSupportedException(request.Method);

    /// <summary>Ends only when the caller goes.</summary>
    [Function("EdgeStuck")]
    public static async Task StuckAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "edge/stuck")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        Stuck.SetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        _ = request.Method;
    }

    private static HttpResponseData Answer(HttpRequestData request, Stream body)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Body = body;
        return response;
    }

    private sealed class PipeStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }
    }
}
