using System.Net;
using Gatehouse.Protection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace OrdersApp;

public class Orders
{
    [Function("ListOrders")]
    [Authorize(Policy = "orders:read")]
    public async Task<HttpResponseData> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteStringAsync($"orders of {request.FunctionContext.GetCaller().Subject}");
        return response;
    }

    [Function("CloseBooks")]
    [Authorize(Roles = "auditor")]
    public HttpResponseData Close([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "books/close")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.NoContent);

    // Its rule was forgotten.
    [Function("Forgotten")]
    public HttpResponseData Forget([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);
}
