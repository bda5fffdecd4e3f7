using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api.OpenApi;

/// <summary>Publishes the description of the API.</summary>
internal sealed class OpenApiFunction(OpenApiDocument document)
{
    /// <summary>This document</summary>
    /// <remarks>OpenAPI 3.1, with the URL of this server filled in.</remarks>
    [Function("OpenApi")]
    [AllowAnonymous]
    [Operation("Discovery")]
    [Answer(200, "The document.", "ETag", "Cache-Control: FiveMinutes", MediaType = "application/json")]
    [Answer(304, "It has not changed.", "ETag", "Cache-Control: FiveMinutes")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi.json")] HttpRequestData request)
    {
        var response = request.CreateConditional(document.ETag, "public, max-age=300", out var isKnown);
        if (!isKnown)
        {
            await response.WriteAsync(document.Body, MediaType.Json);
        }

        return response;
    }
}
