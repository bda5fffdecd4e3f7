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
        var response = request.CreateConditional(document.ETag, "public, max-age=300", out var isKnown);
        if (!isKnown)
        {
            await response.WriteAsync(document.Body, MediaType.Json);
        }

        return response;
    }
}
