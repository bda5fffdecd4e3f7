using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>What is said to those who ask too often, on each kind of route.</summary>
public sealed class RateLimitTests : GatehouseTest
{
    private const string Ada = "203.0.113.7:50001";

    private protected override GatehouseHostOptions CreateOptions() => RateLimitedHost.CreateOptions();

    [Fact]
    public async Task Token_IsRefusedAsAnOAuthError()
    {
        for (var i = 0; i < 60; i++)
        {
            using var response = await PostTokenAsync();
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal($"\"token\";r={59 - i};t={i + 1}", response.ReadField("RateLimit"));
        }

        using var refusal = await PostTokenAsync();
        Assert.Equal("temporarily_unavailable", await refusal.ReadOAuthErrorAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal("1", refusal.ReadField("Retry-After"));
        Assert.Equal("\"token\";q=60;w=60", refusal.ReadField("RateLimit-Policy"));
        Assert.Equal("\"token\";r=0;t=60", refusal.ReadField("RateLimit"));
    }

    [Fact]
    public async Task OtherRoutes_ShareALimit_AndShowWhatRemains()
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:Default:PermitLimit", "3"), ("RateLimits:Routes:Me:PermitLimit", "1"));

        using var samples = await host.ReadSamplesAsync("no token");
        using var home = await host.GetAsync("/");
        using var nowhere = await host.GetAsync("/nowhere");
        using var refused = await host.ReadSamplesAsync("no token");
        using var me = await host.GetAsync("/me");

        Assert.Equal(HttpStatusCode.Unauthorized, samples.StatusCode);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Equal("\"default\";r=1;t=40", home.ReadField("RateLimit"));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        await refused.ReadProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal("20", refused.ReadField("Retry-After"));
        Assert.Equal("\"me\";r=0;t=60", me.ReadField("RateLimit"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task HealthKeysAndDiscovery_HaveNoLimit(string path)
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:Default:PermitLimit", "1"));
        for (var i = 0; i < 20; i++)
        {
            using var response = await host.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.False(response.Headers.Contains("RateLimit"));
        }
    }

    [Fact]
    public async Task SuccessfulSignIn_ShowsTheRemainingLimit()
    {
        await Host.AddUserAsync("ada", "reader");

        using var response = await Host.SignInAsync(Ada, "ada", password: GatehouseHost.Password);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("\"authenticate\";q=10;w=60", response.ReadField("RateLimit-Policy"));
        Assert.Equal("\"authenticate\";r=9;t=6", response.ReadField("RateLimit"));
    }

    [Fact]
    public async Task DisabledLimits_RefuseNothing()
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:Enabled", "false"));
        for (var i = 0; i < 15; i++)
        {
            using var response = await host.SignInAsync(Ada, "ada");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.False(response.Headers.Contains("RateLimit"));
        }
    }

    private Task<HttpResponseMessage> PostTokenAsync() => Host.PostFormAsync("/token", ("grant_type", "password"));
}
