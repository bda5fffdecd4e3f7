using System.Net;
using System.Net.Http.Json;
using System.Text;
using Gatehouse.Tests.Apps.AspNetCore;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>Requests to an app with ASP.NET Core integration, and their answers.</summary>
public sealed class AspNetCoreRequestTests(InProcessApp<Order> app) : IClassFixture<InProcessApp<Order>>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RouteParameter_ArrivesAsItsType_AndTheRecordIsLogged()
    {
        var host = await app.GetHostAsync();

        var order = await host.Client.GetFromJsonAsync<Order>("/orders/7", Cancellation);

        Assert.Equal(new Order(7, 9.5m), order);
        Assert.Contains(host.Logs, static log => log is { Message: "Order 7 is read.", InvocationId: not null });
    }

    [Fact]
    public async Task ActionResult_DecidesTheStatus()
    {
        var host = await app.GetHostAsync();

        using var missing = await host.Client.GetAsync("/orders/0", Cancellation);
        using var wrongRoute = await host.Client.GetAsync("/orders/seven", Cancellation);
        using var wrongMethod = await host.Client.DeleteAsync("/orders", Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, wrongRoute.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, wrongMethod.StatusCode);
    }

    [Fact]
    public async Task BodyWithALength_IsBound()
    {
        var host = await app.GetHostAsync();
        using var content = JsonContent.Create(new Order(8, 1.25m));
        await content.LoadIntoBufferAsync(Cancellation);

        using var response = await host.Client.PostAsync("/orders", content, Cancellation);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/orders/8", response.Headers.Location?.OriginalString);
        Assert.Equal(new Order(8, 1.25m), await response.Content.ReadFromJsonAsync<Order>(Cancellation));
        Assert.True(response.Headers.TransferEncodingChunked);
    }

    [Fact]
    public async Task Request_ArrivesAsItWasSent()
    {
        var host = await app.GetHostAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/echo/a%2Fb/%C3%A4?q=1&q=%202") { Content = new StringContent("the body", Encoding.UTF8) };
        request.Headers.Host = "api.example.com";
        request.Headers.Add("X-List", ["one", "two"]);
        request.Headers.Add("x-ms-invocation-id", "the caller's");

        using var response = await host.Client.SendAsync(request, Cancellation);

        Assert.Equal("api.example.com|/echo/a%2Fb/%C3%A4|?q=1&q=%202|one, two||the body", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task BodyWithoutALength_ArrivesEmpty()
    {
        var host = await app.GetHostAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = new StringContent("the body") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await host.Client.SendAsync(request, Cancellation);

        Assert.EndsWith("|chunked|", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RedirectAndCookies_ReachTheCaller()
    {
        var host = await app.GetHostAsync();

        using var response = await host.Client.GetAsync("/redirect", Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("/elsewhere", response.Headers.Location?.OriginalString);
        Assert.Equal(["seen=yes; path=/", "and=again; path=/"], response.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task HttpRequestData_WorksInTheSameApp()
    {
        var host = await app.GetHostAsync();

        Assert.Equal("from /data", await host.Client.GetStringAsync("/data", Cancellation));
    }

    [Fact]
    public async Task ExceptionOfAFunction_GivesA500WithoutABody()
    {
        var host = await app.GetHostAsync();

        using var response = await host.Client.GetAsync("/fail", Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Contains(host.Logs, static log => log.Exception?.Contains("The warehouse is on fire.", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("//orders/7", HttpStatusCode.NotFound)]
    [InlineData("/admin/host/ping", HttpStatusCode.OK)]
    [InlineData("/runtime/anything", HttpStatusCode.Unauthorized)]
    public async Task Edge_IsTheFunctionsHosts(string path, HttpStatusCode expected)
    {
        var host = await app.GetHostAsync();

        using var response = await host.Client.GetAsync(new Uri(host.Url.GetLeftPart(UriPartial.Authority) + path), Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }
}
