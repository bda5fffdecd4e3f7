using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What a process that was told of a collector sends there, over OTLP.</summary>
public sealed class OtlpExportTests : IAsyncLifetime
{
    private const string SignInTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string ListTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallersSpan = "b7ad6b7169203331";

    private const ulong Server = 2;

    // A counter that has counted nothing is not exported.
    private static readonly string[] NotHappened =
        ["gatehouse.refresh.reuses", "gatehouse.lockouts", "gatehouse.rate_limited", "gatehouse.hashing.refused"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _secrets = [];
    private OtlpCollector _collector = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

        await UseAsync();

        AssertSignInTrace();
        AssertListTrace();
        AssertTraceBegunHere();
        AssertLogs();
        AssertMetrics();
        Assert.NotEmpty(_secrets);
        Assert.All(_secrets, secret => Assert.DoesNotContain(secret, _collector.Raw, StringComparison.Ordinal));
    }

    private async Task UseAsync()
    {
        await using var host = await HostProcess.StartAsync(
            _folder.Path,
            [("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Uri.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]);
        using var client = new HttpClient { BaseAddress = host.Url };
        var password = DemoEnvironment.Read(_folder.Path)["VIEWER_PASSWORD"];
        var tokens = await SignInAsync(client, password);

        // The second one finds the token remembered; the third has no trace of a caller's.
        using var first = await SendAsync(client, HttpMethod.Get, "/api/products", ListTrace, tokens.AccessToken);
        using var second = await SendAsync(client, HttpMethod.Get, "/api/products", null, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using var refreshed = await SendAsync(client, HttpMethod.Post, "/token", null, null, Form(tokens.RefreshToken!));
        var next = await Hosting.Tokens.ReadAsync(refreshed);
        using var wrong = await SendAsync(client, HttpMethod.Post, "/authenticate", null, null, JsonContent.Create(new { username = "viewer", password = "not the password of anybody" }));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var forged = await SendAsync(client, HttpMethod.Get, "/me", null, "a.forged.token");
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        _secrets.AddRange([password, "not the password of anybody", "a.forged.token", tokens.AccessToken, tokens.RefreshToken!, next.AccessToken, next.RefreshToken!]);

        await host.TerminateAsync();
        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
    }

    private void AssertSignInTrace()
    {
        var spans = _collector.Spans.Where(static span => span.TraceId == SignInTrace).ToArray();
        var server = Assert.Single(spans, static span => span.Kind == Server);
        Assert.Equal("POST /authenticate", server.Name);
        Assert.Equal(CallersSpan, server.ParentId);
        Assert.Superset(
            new HashSet<string> { "password hashing", "token issuing", "storage SELECT users", "storage INSERT refresh_token_families" },
            spans.Select(static span => span.Name).ToHashSet());

        // Each of them hangs on the request, directly or by another one.
        var ids = spans.Select(static span => span.Id).ToHashSet();
        Assert.All(spans.Except([server]), span => Assert.Contains(span.ParentId, ids));
    }

    private void AssertListTrace()
    {
        var spans = _collector.Spans.Where(static span => span.TraceId == ListTrace).ToArray();
        var server = Assert.Single(spans, static span => span.Kind == Server);
        Assert.Equal("GET /api/products", server.Name);
        Assert.Equal(
            ["faas.invocation_id", "faas.name", "http.request.method", "http.response.status_code", "http.route"],
            server.AttributeNames.Order(StringComparer.Ordinal));
        Assert.Single(spans, static span => span.Name == "token verification");
    }

    private void AssertTraceBegunHere()
    {
        var server = Assert.Single(_collector.Spans, static span => span.Name == "GET /api/products" && span.TraceId != ListTrace);
        Assert.Equal("", server.ParentId);
        Assert.DoesNotContain(_collector.Spans, span => span.TraceId == server.TraceId && span.Name == "token verification");
    }

    private void AssertLogs()
    {
        var logs = _collector.Logs.Where(static log => log.TraceId == SignInTrace).ToArray();
        Assert.Single(logs, static log => log.Category == "Gatehouse.Audit" && log.Text.StartsWith("Signed in:", StringComparison.Ordinal));
        Assert.Single(logs, static log => log.Text.StartsWith("POST /authenticate 200", StringComparison.Ordinal) && log.Text.EndsWith(SignInTrace, StringComparison.Ordinal));
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

    private static async Task<Hosting.Tokens> SignInAsync(HttpClient client, string password)
    {
        using var response = await SendAsync(client, HttpMethod.Post, "/authenticate", SignInTrace, null, JsonContent.Create(new { username = "viewer", password }));
        response.EnsureSuccessStatusCode();
        return await Hosting.Tokens.ReadAsync(response);
    }

    private static FormUrlEncodedContent Form(string refreshToken) =>
        new([new("grant_type", "refresh_token"), new("refresh_token", refreshToken)]);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? trace, string? token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (trace is not null)
        {
            request.Headers.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return await client.SendAsync(request, Cancellation);
    }
}
