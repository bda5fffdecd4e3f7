using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Tests.Apps.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>Functions that a timer, a queue or a blob triggers, with the real packages of their triggers.</summary>
public sealed class TriggerTests(InProcessApp<Order> app) : IClassFixture<InProcessApp<Order>>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Timer_WithoutData_IsDue()
    {
        var host = await app.GetHostAsync();

        await host.InvokeAsync("CleanUp", cancellationToken: Cancellation);

        Assert.Contains(host.Logs, static log => log.Message == "Past due: False, next: (null)");
    }

    [Fact]
    public async Task Timer_WithItsOwnInfo_ReadsIt()
    {
        var host = await app.GetHostAsync();

        await host.InvokeAsync("CleanUp", new TimerInfo { IsPastDue = true, ScheduleStatus = new ScheduleStatus { Next = new DateTime(2031, 1, 1) } }, cancellationToken: Cancellation);

        Assert.Contains(host.Logs, static log => log.Message == "Past due: True, next: 2031");
    }

    [Fact]
    public async Task QueueMessage_AsAString_ArrivesWithItsMetadata()
    {
        var host = await app.GetHostAsync();

        var result = await host.InvokeAsync("OnText", "hello", new Dictionary<string, string> { ["DequeueCount"] = "3" }, Cancellation);

        Assert.Equal("hello, attempt 3", result.ReturnValue);
    }

    [Fact]
    public async Task QueueMessage_AsAnObject_BecomesTheReturnValueOfTheOutputQueue()
    {
        var host = await app.GetHostAsync();

        var result = await host.InvokeAsync("OnOrder", new Order(7, 2.25m), cancellationToken: Cancellation);

        Assert.Equal(new Order(7, 4.5m), Read(result.ReturnValue));
    }

    [Fact]
    public async Task Blob_AsAString_FillsTwoOutputs()
    {
        var host = await app.GetHostAsync();

        var result = await host.InvokeAsync("OnUpload", "content", new Dictionary<string, string> { ["name"] = "a.txt" }, Cancellation);

        Assert.Equal(new Order(7, 0), Read(result.Outputs["Message"]));
        Assert.Equal("a.txt: content", result.Outputs["Copy"]);
    }

    [Fact]
    public async Task Blob_AsBytes_ArrivesAsItIs()
    {
        var host = await app.GetHostAsync();

        var result = await host.InvokeAsync("OnImage", new byte[] { 1, 2, 255 }, cancellationToken: Cancellation);

        Assert.Equal(new byte[] { 255, 2, 1 }, result.ReturnValue);
    }

    [Fact]
    public async Task Failure_IsOneErrorWithTheExceptionOfTheFunction()
    {
        var host = await app.GetHostAsync();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.InvokeAsync("Fail", new Order(7, 1), cancellationToken: Cancellation));

        Assert.StartsWith("The function Fail failed: System.InvalidOperationException: The order 7 is too large.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("at Gatehouse.Tests.Apps.Triggers.Functions.Fail", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataOfTheWrongShape_IsOneErrorThatNamesTheParameter()
    {
        var host = await app.GetHostAsync();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.InvokeAsync("OnOrder", "no order", cancellationToken: Cancellation));

        Assert.Contains("Cannot convert input parameter 'order'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownName_IsRefused_WithTheNamesThatThereAre()
    {
        var host = await app.GetHostAsync();

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => host.InvokeAsync("OnOrders", cancellationToken: Cancellation));

        Assert.StartsWith("There is no function OnOrders. The app has CleanUp, Fail, ListOrders, OnImage, OnOrder, OnText, OnUpload, PlaceOrder, Wait.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_ReachesTheFunction()
    {
        var host = await app.GetHostAsync();
        using var cancellation = new CancellationTokenSource();

        var invoking = host.InvokeAsync("Wait", "", cancellationToken: cancellation.Token);
        await host.Services.GetRequiredService<WaitingRoom>().Entered.WaitAsync(Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invoking);
    }

    [Fact]
    public async Task ProtectedApp_AsksRequestsForATokenWithTheScope_AndLetsOtherTriggersPass()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var host = await InProcessApp<Order>.StartAsync(options => issuer.Trust(options.Settings));

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(host, token: null));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(host, issuer.CreateToken("orders:write")));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(host, issuer.CreateToken("orders:read")));

        var timer = await host.InvokeAsync("CleanUp", cancellationToken: Cancellation);
        var queue = await host.InvokeAsync("OnOrder", new Order(7, 2), cancellationToken: Cancellation);
        var blob = await host.InvokeAsync("OnUpload", "content", new Dictionary<string, string> { ["name"] = "a.txt" }, Cancellation);

        Assert.Null(timer.ReturnValue);
        Assert.Equal(new Order(7, 4), Read(queue.ReturnValue));
        Assert.Equal("a.txt: content", blob.Outputs["Copy"]);
    }

    private static async Task<HttpStatusCode> CallAsync(FunctionHost.FunctionHost host, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await host.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private static Order? Read(object? json) => JsonSerializer.Deserialize<Order>(Assert.IsType<string>(json), JsonSerializerOptions.Web);
}
