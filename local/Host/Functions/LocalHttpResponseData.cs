using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Net.Http.Headers;
using SameSite = Microsoft.Azure.Functions.Worker.Http.SameSite;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Gatehouse.Local.Functions;

/// <summary>The response of a function.</summary>
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

/// <summary>Writes the cookies of a response as Set-Cookie headers (RFC 6265).</summary>
internal sealed class LocalHttpCookies(HttpResponseData response) : HttpCookies
{
    public override void Append(string name, string value) => Append(new HttpCookie(name, value));

    public override void Append(IHttpCookie cookie)
    {
        var header = new SetCookieHeaderValue(cookie.Name, cookie.Value)
        {
            Domain = cookie.Domain,
            Expires = cookie.Expires,
            HttpOnly = cookie.HttpOnly ?? false,
            MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Path = cookie.Path,
            SameSite = cookie.SameSite switch
            {
                SameSite.Lax => SameSiteMode.Lax,
                SameSite.Strict => SameSiteMode.Strict,
                SameSite.ExplicitNone => SameSiteMode.None,
                _ => SameSiteMode.Unspecified,
            },
            Secure = cookie.Secure ?? false,
        };
        response.Headers.TryAddWithoutValidation("Set-Cookie", header.ToString());
    }

    public override IHttpCookie CreateNew() => new HttpCookie("", "");
}
