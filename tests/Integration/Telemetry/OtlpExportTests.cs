using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What a process that was told of a collector sends there, over OTLP.</summary>
public sealed class OtlpExportTests : IAsyncLifetime
{
    private const ulong Server = 2;

    // A counter that has counted nothing is not exported.
    private static readonly string[] NotHappened =
        ["gatehouse.refresh.repeats", "gatehouse.refresh.reuses", "gatehouse.lockouts", "gatehouse.rate_limited", "gatehouse.hashing.refused"];

    private readonly TemporaryFolder _folder = new();
    private OtlpCollector _collector = null!;

    public async ValueTask InitializeAsync() => _collector = await OtlpCollector.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Process_ExportsTraces_MetricsAndLogs_WithoutASecret()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM, which has the rest sent.");

        var secrets = await UsedHost.RunAsync(
            _folder.Path,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Uri.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        AssertSignInTrace();
        AssertMeTrace();
        AssertTraceBegunHere();
        AssertLogs();
        AssertMetrics();
        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, _collector.Raw, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_LoadsTheSdk_OnlyWithAnExporterConfigured(bool isThere)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows what another process has loaded.");
        await using var host = await HostProcess.StartAsync(_folder.Path, isThere ? [("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Uri.ToString())] : [], "--no-demo");
        using var client = new HttpClient { BaseAddress = host.Url };
        using var response = await client.GetAsync("/health", TestContext.Current.CancellationToken);

        var loaded = await File.ReadAllTextAsync($"/proc/{host.Id}/maps", TestContext.Current.CancellationToken);

        Assert.Contains("Gatehouse.dll", loaded, StringComparison.Ordinal);
        Assert.Equal(isThere, loaded.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    private void AssertSignInTrace()
    {
        var spans = _collector.Spans.Where(static span => span.TraceId == UsedHost.SignInTrace).ToArray();
        var server = Assert.Single(spans, static span => span.Kind == Server);
        Assert.Equal("POST /authenticate", server.Name);
        Assert.Equal(UsedHost.CallersSpan, server.ParentId);
        Assert.Superset(
            new HashSet<string> { "password hashing", "token issuing", "storage SELECT users", "storage INSERT refresh_token_families" },
            spans.Select(static span => span.Name).ToHashSet());

        // Each of them hangs on the request, directly or by another one.
        var ids = spans.Select(static span => span.Id).ToHashSet();
        Assert.All(spans.Except([server]), span => Assert.Contains(span.ParentId, ids));
    }

    private void AssertMeTrace()
    {
        var spans = _collector.Spans.Where(static span => span.TraceId == UsedHost.MeTrace).ToArray();
        var server = Assert.Single(spans, static span => span.Kind == Server);
        Assert.Equal("GET /me", server.Name);
        Assert.Equal(
            ["faas.invocation_id", "faas.name", "http.request.method", "http.response.status_code", "http.route"],
            server.AttributeNames.Order(StringComparer.Ordinal));
        Assert.Single(spans, static span => span.Name == "token verification");
    }

    private void AssertTraceBegunHere()
    {
        var server = Assert.Single(_collector.Spans, static span => span.Name == "GET /me" && span.TraceId != UsedHost.MeTrace);
        Assert.Equal("", server.ParentId);
        Assert.DoesNotContain(_collector.Spans, span => span.TraceId == server.TraceId && span.Name == "token verification");
    }

    private void AssertLogs()
    {
        var logs = _collector.Logs.Where(static log => log.TraceId == UsedHost.SignInTrace).ToArray();
        Assert.Single(logs, static log => log.Category == "Gatehouse.Audit" && log.Text.StartsWith("Signed in:", StringComparison.Ordinal));
        Assert.Single(logs, static log => log.Text.StartsWith("POST /authenticate 200", StringComparison.Ordinal) && log.Text.EndsWith(UsedHost.SignInTrace, StringComparison.Ordinal));
    }

    /// <summary>Whatever was exported is in docs/telemetry.md, as it was exported.</summary>
    private void AssertMetrics()
    {
        var documented = DocumentedMetric.ReadAll().ToDictionary(static metric => metric.Name);
        var exported = _collector.Metrics.ToArray();
        Assert.All(exported, metric => Assert.Equal(documented[metric.Name], new DocumentedMetric(metric.Name, metric.Kind, metric.Unit, string.Join(' ', metric.AttributeNames))));
        Assert.Equal(
            documented.Keys.Except(NotHappened).Order(StringComparer.Ordinal),
            exported.Select(static metric => metric.Name).Order(StringComparer.Ordinal));
    }
}
