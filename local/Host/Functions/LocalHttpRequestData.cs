using System.Security.Claims;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>A request on Kestrel as the worker shows it. What costs something is made when it is asked for.</summary>
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
