using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Bench.Apps;

/// <summary>Sends the same bytes as the function that it is compared with.</summary>
public sealed class Page
{
    private static readonly byte[] Body = File.ReadAllBytes(Environment.GetEnvironmentVariable("BENCH_PAGE")!);

    [Function("GetPage")]
    public async Task<HttpResponseData> GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "page")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("Content-Type", "application/json");
        await response.Body.WriteAsync(Body);
        return response;
    }
}
