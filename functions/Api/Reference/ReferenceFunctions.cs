using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Api.Reference;

/// <summary>
/// Serves the API's description as a page for trying requests, made by Scalar. The package's own endpoints need
/// ASP.NET Core routing, which the worker lacks.
/// </summary>
[RequiresService(typeof(ReferenceAssets))]
internal sealed class ReferenceFunctions(ReferenceAssets assets, IOptions<OperationsOptions> options)
{
    /// <summary>This document, as a page</summary>
    /// <remarks>A page for trying requests. Available only if <c>Operations:ServeReference</c> is true.</remarks>
    [Function("Reference")]
    [AllowAnonymous]
    [Operation("Discovery")]
    [Answer(200, "The page.", MediaType = "text/html; charset=utf-8")]
    public async Task<HttpResponseData> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);

        // Scripts from this server only. Scalar and its editor write styles into the page, not all of them with a nonce.
        response.SetHeader(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        var clientId = HtmlEncoder.Default.Encode(options.Value.ReferenceClientId);
        var page = $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <link rel="icon" href="data:,">
              <title>Gatehouse API</title>
            </head>
            <body>
              <div id="app" data-client-id="{clientId}"></div>
              <script src="/docs/scalar.js"></script>
              <script type="module" src="/docs/reference.js"></script>
            </body>
            </html>
            """;
        await response.WriteAsync(Encoding.UTF8.GetBytes(page), MediaType.Html);
        return response;
    }

    /// <summary>The scripts of the page</summary>
    /// <remarks>Compressed for callers that accept gzip.</remarks>
    /// <param name="script" example="reference.js">The script's name.</param>
    [Function("ReferenceScript")]
    [AllowAnonymous]
    [Operation("Discovery")]
    [Answer(200, "The script.", "ETag: CompressedETag", "Vary", "Content-Encoding: ContentEncoding", "Cache-Control: FiveMinutes", MediaType = "text/javascript; charset=utf-8")]
    [Answer(304, "It has not changed.", "ETag", "Vary", "Cache-Control: FiveMinutes")]
    [Failure(404, "NoSuchRoute")]
    public async Task<HttpResponseData> GetScriptAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs/{script}")] HttpRequestData request,
        string script)
    {
        var asset = assets.Find(script) ?? throw new ProblemException(ProblemType.NotFound, "No route has this path. GET / lists where to begin.");
        var response = request.CreateConditional(asset.ETag, "public, max-age=300", out var isKnown);
        response.SetHeader("Vary", "Accept-Encoding");
        if (isKnown)
        {
            return response;
        }

        var takesGzip = TakesGzip(request.FindListHeader("Accept-Encoding"));
        if (takesGzip)
        {
            response.SetHeader("Content-Encoding", "gzip");
        }
        else
        {
            // RFC 9110 §8.8.3.3: another coding is another representation, with a validator of its own.
            response.Headers.Remove("ETag");
        }

        await response.WriteAsync(takesGzip ? asset.Gzip : asset.Decompress(), MediaType.JavaScript);
        return response;
    }

    // RFC 9110 §12.5.3: "gzip;q=0" means that the caller does not accept gzip.
    private static bool TakesGzip(string? header) =>
        header?.Split(',').Any(static coding =>
            StringWithQualityHeaderValue.TryParse(coding, out var accepted)
            && accepted.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)
            && accepted.Quality is null or > 0) is true;
}
