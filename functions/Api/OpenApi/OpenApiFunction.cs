using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api.OpenApi;

/// <summary>Publishes the description of the API.</summary>
internal sealed class OpenApiFunction(OpenApiDocument document)
{
    [Function("OpenApi")]
    [AllowAnonymous]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi.json")] HttpRequestData request)
    {
        var isKnown = request.FindHeader("If-None-Match") is { } tag && EntityTag.IsNoneMatch(tag, document.ETag);
        var response = request.CreateResponse(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.SetHeader("ETag", document.ETag);
        response.SetHeader("Cache-Control", "public, max-age=300");
        if (!isKnown)
        {
            await response.WriteAsync(document.Body, MediaType.Json);
        }

        return response;
    }
}
