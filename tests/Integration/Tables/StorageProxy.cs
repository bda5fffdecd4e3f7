using System.Net.Http.Headers;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>Stands between a store and Azurite, and does to a chosen request what networks and busy services do.</summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly HttpClient _storage = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Azurite _target;
    private int _requests;

    private StorageProxy(WebApplication web, Azurite target)
    {
        _web = web;
        _target = target;
    }

    public Uri Uri => new(_web.Urls.First());

    /// <summary>How many requests came so far.</summary>
    public int Requests => _requests;

    /// <summary>What to do with a request, by its number from 1; null for passing it on.</summary>
    public Func<int, HttpContext, Task<bool>>? Intercept { get; set; }

    public static async Task<StorageProxy> StartAsync(Azurite target)
    {
        var builder = LoopbackServer.CreateBuilder();
        var proxy = new StorageProxy(builder.Build(), target);
        proxy._web.Run(proxy.AnswerAsync);
        await proxy._web.StartAsync();
        return proxy;
    }

    /// <summary>Does one thing to some requests, and passes the others on.</summary>
    public void Fail(StorageFault fault, Func<int, bool> which) =>
        Intercept = async (number, context) =>
        {
            if (!which(number))
            {
                return false;
            }

            switch (fault)
            {
                case StorageFault.ResetBefore:
                    context.Abort();
                    break;
                case StorageFault.ResetAfter:
                    using (await ForwardAsync(context.Request))
                    {
                        context.Abort();
                    }

                    break;
                case StorageFault.Truncated:
                    await TruncateAsync(context);
                    break;
                case StorageFault.InternalError:
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    break;
                case StorageFault.ServerBusy:
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    context.Response.Headers.RetryAfter = "0";
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                    break;
            }

            return true;
        };

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _storage.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests);
        if (Intercept is { } intercept && await intercept(number, context))
        {
            return;
        }

        using var answer = await ForwardAsync(context.Request);
        CopyHead(answer, context.Response);
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task TruncateAsync(HttpContext context)
    {
        using var answer = await ForwardAsync(context.Request);
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (body.Length > 0)
        {
            CopyHead(answer, context.Response);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        context.Abort();
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request)
    {
        // Only the client for tables sends this header.
        var target = request.Headers.ContainsKey("DataServiceVersion") ? _target.Endpoint : _target.BlobEndpoint;

        // As it came: the signature is over the path as it was written.
        var path = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(target.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body.Length > 0)
        {
            forwarded.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in request.Headers)
        {
            if (name is "Content-Type" && forwarded.Content is { } content)
            {
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(values.ToString());
            }
            else if (name is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Connection"))
            {
                forwarded.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        return await _storage.SendAsync(forwarded);
    }

    private static void CopyHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Content-Length" or "Connection" or "Keep-Alive"))
            {
                response.Headers[name] = values.ToArray();
            }
        }
    }
}
