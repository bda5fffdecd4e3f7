using System.Net;
using Gatehouse.Protection.AspNetCore;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace Gatehouse.Tests.Unit.Protection.AspNetCore;

public sealed class HttpContextExchangeTests
{
    private readonly DefaultHttpContext _http = new();

    [Theory]
    [InlineData("198.51.100.7", null, 0, "198.51.100.7")]
    [InlineData("198.51.100.7", "203.0.113.9", 0, "198.51.100.7")]
    [InlineData("198.51.100.7", "192.0.2.1, 203.0.113.9:5000", 1, "203.0.113.9")]
    [InlineData("2001:db8::7", "203.0.113.9", 0, "2001:db8::7")]
    [InlineData("198.51.100.7", null, 1, "198.51.100.7")]
    public void Caller_IsTheEntryThatTheIntegrationTook_OrOneBeforeIt(string connection, string? rest, int proxies, string expected)
    {
        _http.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        _http.Request.Headers["X-Forwarded-For"] = rest;
        _http.Request.Headers["X-Original-For"] = "127.0.0.1:40000";

        Assert.Equal(expected, FindCaller(proxies));
    }

    [Fact]
    public void Caller_WithoutAnEntry_IsUnknown()
    {
        // The connection is that of the Functions host.
        _http.Connection.RemoteIpAddress = IPAddress.Loopback;

        Assert.Equal("unknown", FindCaller(proxies: 0));
    }

    [Theory]
    [InlineData("api.example.com", "/orders/ä b", "https://api.example.com/orders/%C3%A4%20b?a=1")]
    [InlineData("xn--a", "/", "https://xn--a/?a=1")]
    public void Url_IsThatOfTheRequest(string host, string path, string expected)
    {
        _http.Request.Scheme = "https";
        _http.Request.Headers.Host = host;
        _http.Request.Path = path;
        _http.Request.QueryString = new QueryString("?a=1");

        Assert.Equal(expected, Create().Url.AbsoluteUri);
    }

    [Fact]
    public void Header_InSeveralLines_IsNoSingleValue()
    {
        _http.Request.Headers["X-Twice"] = new(["one", "two"]);

        Assert.Null(Create().FindHeader("X-Twice"));
        Assert.Equal("one,two", Create().FindHeader("X-Twice", out var lines));
        Assert.Equal(2, lines);
    }

    [Fact]
    public async Task HttpTrigger_WithoutHttpContext_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => new HttpContextMiddleware().Invoke(CreateContext("httpTrigger"), static _ => Task.CompletedTask));

        Assert.Contains("no HttpContext", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherTrigger_PassesUntouched()
    {
        var called = false;

        await new HttpContextMiddleware().Invoke(CreateContext("timerTrigger"), _ =>
        {
            called = true;
            return Task.CompletedTask;
        });

        Assert.True(called);
    }

    private static FunctionContext CreateContext(string trigger)
    {
        var binding = new Mock<BindingMetadata>();
        binding.SetupGet(static found => found.Type).Returns(trigger);
        var function = new Mock<FunctionDefinition>();
        function.SetupGet(static found => found.Name).Returns("Sample");
        function.SetupGet(static found => found.InputBindings).Returns(System.Collections.Immutable.ImmutableDictionary<string, BindingMetadata>.Empty.Add("trigger", binding.Object));
        var context = new Mock<FunctionContext>();
        context.SetupGet(static found => found.FunctionDefinition).Returns(function.Object);
        context.SetupGet(static found => found.Items).Returns(new Dictionary<object, object>());
        return context.Object;
    }

    private HttpContextExchange Create() => new(_http, new Mock<FunctionContext>().Object);

    private string FindCaller(int proxies)
    {
        var options = Options.Create(new HttpOptions { TrustForwardedFor = true, ProxiesInFront = proxies });
        return new ClientAddresses(options, NullLogger<ClientAddresses>.Instance).Of(Create()).ToString();
    }
}
