using System.Net;
using System.Net.Http.Headers;
using Gatehouse.FunctionHost;

namespace OrdersApp.Tests;

public sealed class OrdersTests : IAsyncLifetime
{
    private Issuer _issuer = null!;
    private FunctionHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        _host = await FunctionHost.StartAsync<Orders>(options => _issuer.AddTo(options.Settings));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Orders_AreListed_ForATokenWithTheScope()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/orders", _issuer.CreateToken("orders:read"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("orders of ada", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Books_AreClosed_ByAnAuditorOnly()
    {
        using var auditor = await SendAsync(HttpMethod.Post, "/api/books/close", _issuer.CreateToken("", "auditor"));
        using var other = await SendAsync(HttpMethod.Post, "/api/books/close", _issuer.CreateToken("orders:read"));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Forbidden), (auditor.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task TokenWithoutTheScope_IsRefused_WithAProblem()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/orders", _issuer.CreateToken("orders:write"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task FunctionWithoutARule_IsRefused()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/Forgotten", _issuer.CreateToken("orders:read"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task TenThousandCallsWithoutAToken_AreRefused()
    {
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForAsync(0, 10_000, TestContext.Current.CancellationToken, async (_, _) =>
        {
            using var response = await SendAsync(HttpMethod.Get, "/api/orders", token: null);
            statuses.AddOrUpdate(response.StatusCode, 1, static (_, count) => count + 1);
        });

        Assert.Equal([KeyValuePair.Create(HttpStatusCode.Unauthorized, 10_000)], statuses);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
