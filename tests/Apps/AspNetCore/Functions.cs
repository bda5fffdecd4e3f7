using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Gatehouse.Tests.Apps.AspNetCore;

/// <summary>The body of a request or an answer.</summary>
public sealed record Order(int Id, decimal Total);

/// <summary>A service that a test replaces.</summary>
public class Warehouse
{
    public virtual Task<int> CountAsync(CancellationToken requestAborted, CancellationToken invocationCanceled) => Task.FromResult(3);
}

/// <summary>Functions that take and return the types of ASP.NET Core.</summary>
public sealed class Functions(IConfiguration configuration, TimeProvider time, Warehouse warehouse, ILogger<Functions> logger)
{
    [Function("GetOrder")]
    public IActionResult GetOrder([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{id:int}")] HttpRequest request, int id)
    {
        logger.LogInformation("Order {Id} is read.", id);
        return id == 0 ? new NotFoundResult() : new OkObjectResult(new Order(id, 9.5m));
    }

    [Function("AddOrder")]
    public IActionResult AddOrder([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequest request, [FromBody] Order order) =>
        new CreatedResult($"/orders/{order.Id}", order);

    [Function("Greet")]
    public IResult Greet([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "greeting")] HttpRequest request) =>
        Results.Text($"{configuration["Greeting"]} in {time.GetUtcNow().Year}");

    [Function("Count")]
    public async Task<IResult> CountAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "count")] HttpRequest request, FunctionContext context) =>
        Results.Text($"{await warehouse.CountAsync(request.HttpContext.RequestAborted, context.CancellationToken)}");

    [Function("Echo")]
    public async Task<IResult> EchoAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", "put", Route = "echo/{**path}")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return Results.Text(string.Join('|', request.Host, request.Path, request.QueryString, request.Headers["X-List"], request.Headers.TransferEncoding, await reader.ReadToEndAsync()));
    }

    [Function("Redirect")]
    public IActionResult Redirect([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "redirect")] HttpRequest request)
    {
        request.HttpContext.Response.Cookies.Append("seen", "yes");
        request.HttpContext.Response.Cookies.Append("and", "again");
        return new RedirectResult("/elsewhere");
    }

    [Function("Data")]
    public async Task<HttpResponseData> DataAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "data")] HttpRequestData request)
    {
        var response = request.CreateResponse();
        await response.WriteStringAsync($"from {request.Url.AbsolutePath}");
        return response;
    }

    [Function("Fail")]
    public IActionResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fail")] HttpRequest request) =>
        throw new InvalidOperationException("The warehouse is on fire.");
}
