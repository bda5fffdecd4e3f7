using System.Security.Claims;
using Gatehouse.Protection.Settings;
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
    public static Uri? Read(HttpRequest request) =>
        Uri.TryCreate(Write(request), UriKind.Absolute, out var uri) && SafeAddress.FindHost(uri) is not null ? uri : null;

    /// <summary>The URL, which may be none: Kestrel checks only the characters of a Host, so a port of 99999 passes.</summary>
    public static string Write(HttpRequest request) =>
        $"{request.Scheme}://{HostOf(request)}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";

    /// <summary>The host that the request names. <c>HttpRequest.Host</c> throws for a name such as <c>xn--a</c>.</summary>
    public static string HostOf(HttpRequest request) => request.Headers.Host.ToString();
}
