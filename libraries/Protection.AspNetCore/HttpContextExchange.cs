using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.AspNetCore;

/// <summary>A request that the Functions host forwards to the worker's web server, and the answer that this server sends.</summary>
internal sealed class HttpContextExchange(HttpContext http, FunctionContext context) : HttpExchange(context)
{
    // A function that asks for HttpRequestData gets a response whose headers stand in for these until the answer starts.
    private readonly IHeaderDictionary _sentHeaders = http.Response.Headers;

    private Uri? _url;

    public override string Method => http.Request.Method;

    // From the header, because HttpRequest.Host throws for a name such as xn--a.
    public override Uri Url => _url ??= new Uri($"{http.Request.Scheme}://{http.Request.Headers.Host}{http.Request.PathBase.ToUriComponent()}{http.Request.Path.ToUriComponent()}{http.Request.QueryString.ToUriComponent()}");

    public override IPAddress? Peer => http.Connection.RemoteIpAddress;

    /// <summary>
    /// All entries of <c>X-Forwarded-For</c>. The integration has moved the last one to the connection, and the address of the
    /// Functions host from there to another header.
    /// </summary>
    public override string? ForwardedFor =>
        !http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName) ? base.ForwardedFor
        : base.ForwardedFor is { } rest ? $"{rest},{Peer}"
        : Peer?.ToString();

    public override int? Status => http.Response.StatusCode;

    public override string? FindHeader(string name, out int lines)
    {
        lines = http.Request.Headers.TryGetValue(name, out var values) ? values.Count : 0;
        return lines > 0 ? values.ToString() : null;
    }

    public override Task ContinueAsync(FunctionExecutionDelegate next, Action<HttpExchange, object?> setHeaders, object? state = null)
    {
        http.Response.OnStarting(() =>
        {
            setHeaders(this, state);
            return Task.CompletedTask;
        });
        return next(Context);
    }

    public override bool HasAnswerHeader(string name) => _sentHeaders.ContainsKey(name);

    public override void AddAnswerHeader(string name, string value) => _sentHeaders.Append(name, value);

    public override void SetAnswerHeader(string name, string value) => _sentHeaders[name] = value;

    public override async Task AnswerAsync(HttpAnswer answer)
    {
        SetResult(Results.Empty);
        var response = http.Response;
        if (response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        response.Clear();
        response.StatusCode = (int)answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Body is not null)
        {
            response.ContentType = answer.MediaType;
            await response.Body.WriteAsync(answer.Body, Context.CancellationToken);
        }
    }

    /// <summary>Executes the result of the function, and leaves nothing for the integration to execute.</summary>
    public async Task ExecuteResultAsync()
    {
        switch (FindResult())
        {
            case IActionResult action:
                await action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
                break;
            case IResult result:
                await result.ExecuteAsync(http);
                break;
            default:
                return;
        }

        SetResult(Results.Empty);
    }
}
