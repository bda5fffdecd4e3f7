using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Functions that need a scope and do nothing else, so that no test of protection depends on a part of the product.</summary>
public static class ProtectedFunctions
{
    public const string Path = "/samples";

    [Function("ReadSamples")]
    [Authorize(Policy = "samples:read")]
    public static HttpResponseData Read([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "samples")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("WriteSamples")]
    [Authorize(Policy = "samples:write")]
    public static async Task<HttpResponseData> WriteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "samples")] HttpRequestData request)
    {
        await JsonBody.ReadAsync(request);
        return request.CreateResponse(HttpStatusCode.Created);
    }

    [Function("DeleteSample")]
    [Authorize(Policy = "samples:delete")]
    public static HttpResponseData Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "samples/{id}")] HttpRequestData request, string id) =>
        request.CreateResponse(id.Length > 0 ? HttpStatusCode.NoContent : HttpStatusCode.NotFound);
}
