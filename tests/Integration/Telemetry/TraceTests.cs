using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What a request's trace holds, and what it must not hold.</summary>
public sealed class TraceTests : GatehouseTest
{
    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;
    private readonly string _trace = ActivityTraceId.CreateRandom().ToHexString();
    private KeyVaultServer _vault = null!;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            // Not Tracing.Source.Name: asked while that source is being made, where this class comes first.
            ShouldListenTo = static source => source.Name == MetricNames.Meter,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private protected override GatehouseHostOptions CreateOptions() => VaultHost.CreateOptions(_vault, _time);

    public override async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultServer.StartAsync(_time);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _vault.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task ProblemDocument_NamesTheTrace_ThatBeganWithTheRequest()
    {
        using var response = await Host.GetAsync("/nothing");

        var problem = await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        var span = Assert.Single(_spans, span => span.TraceId.ToHexString() == problem.GetProperty("traceId").GetString());
        Assert.Equal("GET /{*path}", span.DisplayName);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task PathAndQuery_AreInNoSpan()
    {
        using var response = await SendAsync(HttpMethod.Get, "/users/ada-lovelace?email=ada@example.com");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var span = Assert.Single(Spans());
        Assert.Equal("GET /users/{username}", span.DisplayName);
        var values = span.TagObjects.Select(static tag => $"{tag.Value}").ToArray();
        Assert.All(values, static value => Assert.DoesNotContain("lovelace", value, StringComparison.Ordinal));
        Assert.All(values, static value => Assert.DoesNotContain("example", value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task InventedMethod_IsNotRepeated()
    {
        using var response = await SendAsync(new HttpMethod("CHECKMATE"), "/health");

        var span = Assert.Single(Spans());
        Assert.Equal("HTTP /{*path}", span.DisplayName);
        Assert.Equal("_OTHER", span.GetTagItem("http.request.method"));
    }

    [Fact]
    public async Task UnreachableVault_MarksItsSpanAndTheRequests_AsErrors()
    {
        _vault.Answer(500, "{}");

        using var response = await SendAsync(HttpMethod.Get, "/.well-known/jwks.json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var server = Assert.Single(Spans(), static span => span.Kind == ActivityKind.Server);
        Assert.Equal(503, server.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Error, server.Status);
        var call = Assert.Single(Spans(), static span => span.DisplayName == "key_vault GET secret versions");
        Assert.Equal(server.SpanId, call.ParentSpanId);
        Assert.Equal("failed", call.GetTagItem("outcome"));
        Assert.Equal(ActivityStatusCode.Error, call.Status);
    }

    private Activity[] Spans() => [.. _spans.Where(span => span.TraceId.ToHexString() == _trace)];

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
        return await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
