using System.Net;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>Which requests the access log has a line of.</summary>
public sealed class AccessLogTests
{
    [Fact]
    public async Task RefusedFloodAndHealthChecks_WriteNoLine_ButAreMeasured()
    {
        await using var host = await RateLimitedHost.StartAsync(("RateLimits:Routes:ReadSamples:PermitLimit", "1"));
        using var duration = host.Listen<double>(MetricNames.RequestDuration);

        foreach (var (path, status) in ((string, HttpStatusCode)[])[("/samples", HttpStatusCode.Unauthorized), ("/samples", HttpStatusCode.TooManyRequests), ("/health", HttpStatusCode.OK), ("/health/ready", HttpStatusCode.OK), ("/nowhere", HttpStatusCode.NotFound)])
        {
            using var response = await host.GetAsync(path);
            Assert.Equal(status, response.StatusCode);
        }

        Assert.Equal(5, duration.Attributes().Count());
        Assert.Equal(
            ["/samples 401", "/nowhere 404"],
            host.Logs.GetSnapshot().Where(static record => record.Id.Name == "Answered").Select(static record => $"{record.GetStructuredStateValue("Path")} {record.GetStructuredStateValue("Status")}"));
    }
}
