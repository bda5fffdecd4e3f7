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

    [Fact]
    public async Task UnknownRoutes_WriteTenLinesAMinute_AndOtherFailuresAll()
    {
        await using var host = await GatehouseHost.StartAsync();
        for (var i = 0; i < 12; i++)
        {
            await AskAsync($"/nowhere/{i}");
            await AskAsync("/samples");
        }

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync("/nowhere/again");

        var lines = host.Logs.GetSnapshot().Where(static record => record.Id.Name == "Answered").Select(static record => record.GetStructuredStateValue("Path")).ToArray();
        Assert.Equal(
            [.. Enumerable.Range(0, 10).Select(static i => $"/nowhere/{i}"), "/nowhere/again"],
            lines.Where(static path => path!.StartsWith("/nowhere", StringComparison.Ordinal)));
        Assert.Equal(12, lines.Count(static path => path == "/samples"));

        async Task AskAsync(string path)
        {
            using var response = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
        }
    }
}
