using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace OrdersApp;

public class Orders
{
    [Function("ListOrders")]
    [Authorize(Policy = "orders:read")]
    public IActionResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders")] HttpRequest request) =>
        new OkObjectResult($"orders of {request.HttpContext.User.Identity?.Name}");

    [Function("CloseBooks")]
    [Authorize(Roles = "auditor")]
    public IActionResult Close([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "books/close")] HttpRequest request) =>
        new NoContentResult();

    // Its rule was forgotten.
    [Function("Forgotten")]
    public IActionResult Forget([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        new OkResult();
}
