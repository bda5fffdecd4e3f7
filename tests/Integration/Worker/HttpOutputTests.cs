using System.Net;
using Gatehouse.Tests.Apps.Triggers;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The HTTP answer is the output that the worker has declared as such, as on the Functions host.</summary>
public sealed class HttpOutputTests(InProcessApp<Order> app) : IClassFixture<InProcessApp<Order>>
{
    [Fact]
    public async Task Answer_OfAFunctionWithSeveralOutputs_IsTheProperty()
    {
        using var response = await SendAsync(HttpMethod.Post, isRefused: false);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Result_OfAMiddleware_IsTheAnswerOfAFunctionWithOneOutput()
    {
        using var response = await SendAsync(HttpMethod.Get, isRefused: true);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Result_OfAMiddleware_IsNoAnswerOfAFunctionWithSeveralOutputs()
    {
        using var response = await SendAsync(HttpMethod.Post, isRefused: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("403", (await response.ReadJsonAsync()).GetProperty("statusCode").GetString());
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, bool isRefused)
    {
        var host = await app.GetHostAsync();
        using var request = new HttpRequestMessage(method, "/orders");
        if (isRefused)
        {
            request.Headers.Add("X-Refuse", "yes");
        }

        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
