using System.Security.Claims;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>A request on Kestrel as the worker shows it. Everything is made when it is asked for.</summary>
internal sealed class LocalHttpRequestData(FunctionContext context, HttpRequest request) : HttpRequestData(context)
{
    private HttpHeadersCollection? _headers;
    private Uri? _url;

    public override Stream Body => request.Body;

    public override HttpHeadersCollection Headers => _headers ??= ReadHeaders();

    public override IReadOnlyCollection<IHttpCookie> Cookies => [.. request.Cookies.Select(static cookie => new HttpCookie(cookie.Key, cookie.Value))];

    public override Uri Url => _url ??= new Uri(request.GetEncodedUrl());

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
