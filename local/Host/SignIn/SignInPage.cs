using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Local.SignIn;

/// <summary>Serves a page that signs in, to try and to read: docs/front-end.md explains its calls. A deployed app has no such page.</summary>
internal static class SignInPage
{
    // All code and styles come from this server, and no string becomes markup or code.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Css = "text/css; charset=utf-8";

    [Function("SignInPage")]
    [AllowAnonymous]
    public static Task<HttpResponseData> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sign-in")] HttpRequestData request) => SendAsync(request, "index.html", MediaType.Html);

    [Function("SignInPageFile")]
    [AllowAnonymous]
    public static Task<HttpResponseData> GetFileAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sign-in/{file}")] HttpRequestData request,
        string file) => SendAsync(request, file, Path.GetExtension(file) == ".css" ? Css : MediaType.JavaScript);

    private static async Task<HttpResponseData> SendAsync(HttpRequestData request, string file, string mediaType)
    {
        await using var content = typeof(SignInPage).Assembly.GetManifestResourceStream($"sign-in/{file}")
            ?? throw new ProblemException(ProblemType.NotFound, "The sign-in page has no file of this name.");
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, request.FunctionContext.CancellationToken);
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Content-Security-Policy", ContentSecurityPolicy);
        await response.WriteAsync(bytes, mediaType);
        return response;
    }
}
