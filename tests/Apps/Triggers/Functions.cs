using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Apps.Triggers;

/// <summary>The message of a queue.</summary>
public sealed record Order(int Id, decimal Total);

/// <summary>Two outputs of one function.</summary>
public sealed class Upload
{
    [QueueOutput("uploads")]
    public Order? Message { get; init; }

    [BlobOutput("copies/{name}")]
    public string? Copy { get; init; }
}

/// <summary>An HTTP answer, and a message beside it.</summary>
public sealed class Placed
{
    [QueueOutput("placed")]
    public string? Message { get; init; }

    public HttpResponseData? Answer { get; init; }
}

/// <summary>Shows a test that a function has begun.</summary>
public sealed class WaitingRoom
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}

/// <summary>One function for each kind of trigger and payload.</summary>
public sealed class Functions(ILogger<Functions> logger, WaitingRoom room)
{
    [Function("CleanUp")]
    public void CleanUp([TimerTrigger("0 0 3 * * *")] TimerInfo timer) =>
        logger.LogInformation("Past due: {IsPastDue}, next: {Next}", timer.IsPastDue, timer.ScheduleStatus?.Next.Year);

    [Function("OnText")]
    public string OnText([QueueTrigger("texts")] string text, long dequeueCount) => $"{text}, attempt {dequeueCount}";

    [Function("OnOrder")]
    [QueueOutput("accepted")]
    public Order OnOrder([QueueTrigger("orders")] Order order) => order with { Total = order.Total * 2 };

    [Function("OnUpload")]
    public Upload OnUpload([BlobTrigger("uploads/{name}")] string content, string name) =>
        new() { Message = new Order(content.Length, 0), Copy = $"{name}: {content}" };

    [Function("OnImage")]
    public byte[] OnImage([BlobTrigger("images/{name}")] byte[] content) => [.. content.Reverse()];

    [Function("Fail")]
    public void Fail([QueueTrigger("failing")] Order order) => throw new InvalidOperationException($"The order {order.Id} is too large.");

    [Function("Wait")]
    public Task WaitAsync([QueueTrigger("waiting")] string text, CancellationToken cancellationToken) => room.WaitAsync(cancellationToken);

    [Function("ListOrders")]
    [Authorize(Policy = "orders:read")]
    public HttpResponseData ListOrders([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("PlaceOrder")]
    [AllowAnonymous]
    public Placed PlaceOrder([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequestData request) =>
        new() { Message = "placed", Answer = request.CreateResponse(HttpStatusCode.Created) };
}
