using System.Net;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What is measured of requests, whatever they ask for.</summary>
public sealed class RequestMetricTests : GatehouseTest
{
    [Theory]
    [InlineData("/health", "function=Live status_code=200")]
    [InlineData("/samples", "function=ReadSamples status_code=401")]
    [InlineData("/sample/failing", "function=SampleFailing status_code=500")]
    [InlineData("/a/path/that/is/not/there?with=a&query", "function=ZzFallback status_code=404")]
    public async Task Request_IsTimed_ByFunctionAndStatus(string path, string attributes)
    {
        using var duration = Host.Listen<double>(MetricNames.RequestDuration);

        using var response = await Host.GetAsync(path);

        Assert.Equal([attributes], duration.Attributes());
    }

    [Fact]
    public async Task LimitOfAnAddress_IsCounted_ByFunction()
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:Routes:Authenticate:PermitLimit", "1"));
        using var limited = host.Listen<long>(MetricNames.RateLimited);

        Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusOfSignInAsync("203.0.113.1", "ada"));
        Assert.Empty(limited.Attributes());
        Assert.Equal(HttpStatusCode.TooManyRequests, await host.StatusOfSignInAsync("203.0.113.1", "bob"));

        Assert.Equal(["function=Authenticate"], limited.Attributes());
    }

    [Fact]
    public async Task LimitOfAUserName_IsCounted_Too()
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:UserName:PermitLimit", "1"));
        using var limited = host.Listen<long>(MetricNames.RateLimited);

        Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusOfSignInAsync("203.0.113.1", "ada"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await host.StatusOfSignInAsync("203.0.113.2", "ada"));

        Assert.Equal(["function=Authenticate"], limited.Attributes());
    }
}
