using System.Net;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>Routes, methods, failures and headers, as any client sees them.</summary>
public sealed class RoutingTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("GET", "/authenticate", "POST")]
    [InlineData("PUT", "/token", "POST")]
    [InlineData("DELETE", "/me", "GET, HEAD")]
    [InlineData("PATCH", "/samples", "GET, HEAD, POST")]
    [InlineData("PATCH", "/samples/123", "DELETE")]
    [InlineData("PUT", "/users/ada", "DELETE, GET, HEAD, PATCH")]
    [InlineData("POST", "/.well-known/jwks.json", "GET, HEAD")]
    [InlineData("POST", "/health/ready", "GET, HEAD")]
    [InlineData("OPTIONS", "/samples", "GET, HEAD, POST")]
    [InlineData("BREW", "/token", "POST")]
    [InlineData("POST", "/", "GET, HEAD")]
    public async Task WrongMethod_IsRefused_AndTheRightOnesAreNamed(string method, string path, string allowed)
    {
        using var response = await Host.SendAsync(new HttpMethod(method), path);

        await response.ReadProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api")]
    [InlineData("/samples/1/2")]
    [InlineData("/.env")]
    [InlineData("/api//samples")]
    [InlineData("/token/..%2fme")]
    public async Task UnknownRoute_IsAProblemDocument(string path, string method = "GET")
    {
        using var response = await Host.SendAsync(new HttpMethod(method), Host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path);

        await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Head_IsLikeGet_WithoutTheBody(string path)
    {
        using var get = await Host.GetAsync(path);
        using var head = await Host.SendAsync(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Root_NamesTheApi_AndLinksToItsParts()
    {
        using var response = await Host.GetAsync("/");
        var home = await response.ReadJsonAsync();

        Assert.Equal("Gatehouse", home.GetProperty("name").GetString());
        foreach (var link in home.GetProperty("links").EnumerateObject())
        {
            using var linked = await Host.GetAsync(link.Value.GetString()!);
            Assert.NotEqual(HttpStatusCode.NotFound, linked.StatusCode);
        }
    }

    [Fact]
    public async Task UnforeseenException_IsA500_ThatSaysNothingButTheTraceId()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sample/failing");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync(HttpStatusCode.InternalServerError, "internal-error");
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", problem.GetProperty("traceId").GetString());
        Assert.DoesNotContain("hunter2", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Exception?.Message.Contains("hunter2", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/samples")]
    [InlineData("/nothing")]
    [InlineData("/sample/failing")]
    public async Task EveryAnswer_CarriesTheSecurityHeaders(string path)
    {
        using var response = await Host.GetAsync(path);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/nothing")]
    [InlineData("/sample/failing")]
    public async Task AnswerOverHttps_SetsHsts_ForAYear(string path)
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Configure = static builder => builder.Services.AddSingleton<IStartupFilter, HttpsInFront>(),
        });
        using var response = await host.GetAsync(path);

        Assert.Equal("max-age=31536000; includeSubDomains", response.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Fact]
    public async Task Log_HasALineForEachRequest_WithoutItsQuery()
    {
        var before = ReadLines().Length;
        using var response = await Host.GetAsync("/openapi.json?password=hunter2");

        var lines = ReadLines();
        Assert.Equal(before + 1, lines.Length);
        Assert.DoesNotContain("hunter2", lines[^1], StringComparison.Ordinal);

        string[] ReadLines() => [.. Host.Logs.GetSnapshot().Select(static record => record.Message).Where(static message => message.StartsWith("GET /openapi.json 200 ", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Live_NeedsNothing_AndReadyNamesWhatItNeeds()
    {
        using var live = await Host.GetAsync("/health");
        using var ready = await Host.GetAsync("/health/ready");

        Assert.Equal("""{"status":"healthy"}""", await live.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ApiDescription.Embedded.ReadAnswerExample("Ready", 200), await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task BodyInChunks_NeedsContentLength()
    {
        var token = await Host.SignInAsAsync("writer");
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("""{"name":"a","category":"b","price":1,"currency":"EUR"}""")));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/samples") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", token.AccessToken);

        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync(HttpStatusCode.LengthRequired, "length-required");
        Assert.Contains("LoadIntoBufferAsync", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>As behind a front end that ends TLS: the URL that functions see is https.</summary>
    private sealed class HttpsInFront : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(static (context, following) =>
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
                return following(context);
            });
            next(app);
        };
    }
}
