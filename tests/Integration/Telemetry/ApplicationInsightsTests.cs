using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What a process that has a connection string sends to Application Insights. Queries and alerts build on its form.</summary>
public sealed class ApplicationInsightsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IngestionServer _server = null!;
    private IngestionServer _audit = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IngestionServer.StartAsync();
        _audit = await IngestionServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _audit.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Process_SendsRequests_Metrics_AndTheAudit_WithoutASecret()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM, which has the rest sent.");

        var secrets = await UsedHost.RunAsync(
            _folder.Path,
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", _server.ConnectionString),
            ("APPLICATIONINSIGHTS_AUDIT_CONNECTION_STRING", _audit.ConnectionString),

            // By default it takes a few traces a second, and which ones depends on how fast the requests come.
            ("OTEL_TRACES_SAMPLER", "microsoft.fixed_percentage"),
            ("OTEL_TRACES_SAMPLER_ARG", "1"),

            // The exporter's reports about itself, which go to Microsoft.
            ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"));

        var request = Assert.Single(_server.Items("RequestData", UsedHost.SignInTrace));
        Assert.Equal("POST /authenticate", request.GetProperty("name").GetString());
        Assert.Equal("200", request.GetProperty("responseCode").GetString());
        Assert.True(request.GetProperty("success").GetBoolean());
        Assert.Contains(_server.Items("RemoteDependencyData", UsedHost.SignInTrace), static call => call.GetProperty("name").GetString() == "storage SELECT users");

        var audit = Assert.Single(_server.Items("MessageData", UsedHost.SignInTrace), static log => PropertyOf(log, "EventName") == "LoginSucceeded");
        Assert.Equal("Gatehouse.Audit", PropertyOf(audit, "CategoryName"));
        Assert.StartsWith("Signed in:", audit.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(PropertyOf(audit, "Address")!);

        // The audit's own resource gets the same events, with their traces, and nothing else.
        var copies = _audit.Items("MessageData").Select(static log => (Category: PropertyOf(log, "CategoryName"), Event: PropertyOf(log, "EventName"))).ToArray();
        Assert.All(copies, static copy => Assert.Equal("Gatehouse.Audit", copy.Category));
        Assert.Equal(
            _server.Items("MessageData").Where(static log => PropertyOf(log, "CategoryName") == "Gatehouse.Audit").Select(static log => PropertyOf(log, "EventName")).Order(StringComparer.Ordinal),
            copies.Select(static copy => copy.Event).Order(StringComparer.Ordinal));
        Assert.Single(_audit.Items("MessageData", UsedHost.SignInTrace), static log => PropertyOf(log, "EventName") == "LoginSucceeded");
        Assert.Empty(_audit.Items("MetricData").Concat(_audit.Items("RequestData")));

        var metrics = _server.Items("MetricData").Select(static item => (Name: item.GetProperty("metrics")[0].GetProperty("name").GetString(), Item: item)).ToArray();
        var signIns = metrics.Where(static metric => metric.Name == "gatehouse.sign_ins").Select(static metric => PropertyOf(metric.Item, "outcome"));
        Assert.Equal(["succeeded", "wrong_password"], signIns.Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(metrics, static metric => metric.Name == "gatehouse.request.duration" && PropertyOf(metric.Item, "function") == "Me" && PropertyOf(metric.Item, "status_code") == "200");

        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, _server.Raw + _audit.Raw, StringComparison.Ordinal));
    }

    private static string? PropertyOf(JsonElement item, string name) =>
        item.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var value) ? value.GetString() : null;
}
