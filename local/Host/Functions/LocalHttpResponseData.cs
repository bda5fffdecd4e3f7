using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.Functions;

/// <summary>The response that a function makes.</summary>
internal sealed class LocalHttpResponseData(FunctionContext context) : HttpResponseData(context)
{
    private Stream? _body;
    private LocalHttpCookies? _cookies;

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body
    {
        get => _body ??= new ResponseBuffer();
        set => _body = value;
    }

    public override HttpCookies Cookies => _cookies ??= new LocalHttpCookies(this);
}
