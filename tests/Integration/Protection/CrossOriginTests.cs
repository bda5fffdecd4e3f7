using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>What browsers are told when a script of another origin calls (CORS, Fetch Standard §3.3).</summary>
public sealed class CrossOriginTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private const string Allowed = "https://shop.example";
    private const string NotAllowed = "https://attacker.example";

    private protected override GatehouseHostOptions CreateOptions() => CreateOptions($"{Allowed} http://localhost:5173");

    [Theory]
    [InlineData(Allowed)]
    [InlineData("http://localhost:5173")]
    public async Task AllowedOrigin_IsNamed_AndMayReadWhatItNeeds(string origin)
    {
        using var response = await SendAsync(Host, HttpMethod.Get, "/health", origin);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(origin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(response, "Vary"));
        Assert.Equal("DPoP-Nonce, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate", Header(response, "Access-Control-Expose-Headers"));
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/samples", HttpStatusCode.Unauthorized)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Refusal_NamesTheAllowedOrigin(string path, HttpStatusCode status)
    {
        using var response = await SendAsync(Host, HttpMethod.Get, path, Allowed);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(Allowed, Header(response, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(NotAllowed)]
    [InlineData("https://shop.example.attacker.example")]
    [InlineData("https://shop.example:8443")]
    [InlineData("http://shop.example")]
    [InlineData("https://SHOP.example")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData(Allowed + ", " + NotAllowed)]
    [InlineData(null)]
    public async Task OtherOrigin_GetsNoCorsHeaders(string? origin)
    {
        using var response = await SendAsync(Host, HttpMethod.Get, "/health", origin);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        Assert.Null(Header(response, "Access-Control-Expose-Headers"));

        // A cache must not give this answer to the allowed origin.
        Assert.Equal("Origin", Header(response, "Vary"));
    }

    [Theory]
    [InlineData("/authenticate", "POST")]
    [InlineData("/samples/1", "DELETE")]
    [InlineData("/users/ada", "PATCH")]
    public async Task Preflight_OfAnAllowedOrigin_IsAnswered(string path, string method)
    {
        using var response = await PreflightAsync(Host, path, method, Allowed);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(Allowed, Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains(method, Header(response, "Access-Control-Allow-Methods")!.Split(", "));
        Assert.Equal("Authorization, Content-Type, DPoP, If-Match, If-None-Match, baggage, request-context, request-id, traceparent, tracestate, x-requested-with", Header(response, "Access-Control-Allow-Headers"));
        Assert.Equal("7200", Header(response, "Access-Control-Max-Age"));
        Assert.Equal("Origin", Header(response, "Vary"));
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_IsAWrongMethod()
    {
        using var response = await PreflightAsync(Host, "/samples", "POST", NotAllowed);

        await response.ReadProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Options_OtherThanAPreflight_IsAWrongMethod()
    {
        using var response = await SendAsync(Host, HttpMethod.Options, "/samples", Allowed);

        await response.ReadProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task NoOrigin_IsAllowed_UnlessItIsConfigured()
    {
        await using var host = await GatehouseHost.StartAsync();

        using var response = await SendAsync(host, HttpMethod.Get, "/health", Allowed);
        using var preflight = await PreflightAsync(host, "/samples", "GET", Allowed);

        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        Assert.Null(Header(response, "Vary"));
        await preflight.ReadProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task HeadersThatBringTokens_AreAllowedToo()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Protection:AllowedOrigins"] = Allowed, ["Protection:TokenHeaders"] = "access-token" },
        });

        using var response = await PreflightAsync(host, "/samples", "GET", Allowed);

        Assert.EndsWith(", access-token", Header(response, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadersOfTheSetting_ReplaceTheDefaultOnes()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Protection:AllowedOrigins"] = Allowed, ["Protection:AllowedHeaders"] = "x-tenant, x-region" },
        });

        using var response = await PreflightAsync(host, "/samples", "GET", Allowed);

        Assert.Equal("Authorization, Content-Type, DPoP, If-Match, If-None-Match, x-tenant, x-region", Header(response, "Access-Control-Allow-Headers"));
    }

    private static GatehouseHostOptions CreateOptions(string origins) => new()
    {
        Settings = new Dictionary<string, string?> { ["Protection:AllowedOrigins"] = origins },
    };

    private static Task<HttpResponseMessage> PreflightAsync(GatehouseHost host, string path, string method, string origin) =>
        SendAsync(host, HttpMethod.Options, path, origin, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization,content-type"));

    private static Task<HttpResponseMessage> SendAsync(GatehouseHost host, HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
