using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Bench.Apps;

/// <summary>The same payload with and without the package. Without it nothing reads the rule.</summary>
public sealed class Orders
{
    private static readonly byte[] Page = System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 20).Select(static number => $$"""{"id":{{number}},"item":"Desk Lamp","quantity":2,"placedAt":"2026-05-04T12:00:00Z"}"""))}]");

    [Function("ListOrders")]
    [Authorize(Policy = "orders:read")]
    public async Task<HttpResponseData> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("Content-Type", "application/json");
        await response.Body.WriteAsync(Page);
        return response;
    }
}
