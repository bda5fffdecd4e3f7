using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>A request on Kestrel as the worker presents it. Headers and cookies are read on first use.</summary>
internal sealed class LocalHttpRequestData(FunctionContext context, HttpRequest request, Uri url) : HttpRequestData(context)
{
    private HttpHeadersCollection? _headers;

    public override Stream Body => request.Body;

    public override HttpHeadersCollection Headers => _headers ??= ReadHeaders();

    public override IReadOnlyCollection<IHttpCookie> Cookies => [.. request.Cookies.Select(static cookie => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url => url;

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new LocalHttpResponseData(FunctionContext);

    private HttpHeadersCollection ReadHeaders()
    {
        var headers = new HttpHeadersCollection();
        foreach (var (name, values) in request.Headers)
        {
            headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return headers;
    }
}

/// <summary>Gives middleware the request of an invocation.</summary>
internal sealed class LocalHttpRequestDataFeature(HttpRequestData request) : IHttpRequestDataFeature
{
    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => new(request);
}

/// <summary>The URL that a client requested.</summary>
internal static class RequestUrl
{
    /// <returns>Null if the host that the request names can't be part of a URL.</returns>
    public static Uri? Read(HttpRequest request)
    {
        // RFC 9112 §3.3: a request without a Host is for the server's own address. HTTP/1.0 allows it, and some health probes send it.
        var host = request.Host.HasValue ? request.Host : FindOwnAddress(request.HttpContext.Connection);

        // Kestrel checks only the characters of a Host, so a port of 99999 reaches this line.
        var url = UriHelper.BuildAbsolute(request.Scheme, host, request.PathBase, request.Path, request.QueryString);
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null;
    }

    private static HostString FindOwnAddress(ConnectionInfo connection) =>
        new((connection.LocalIpAddress ?? IPAddress.Loopback).ToString(), connection.LocalPort);
}
