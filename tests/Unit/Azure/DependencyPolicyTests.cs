using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;
using Gatehouse.Azure;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Azure;

/// <summary>Measures calls that end in ways which a real service can't produce on demand.</summary>
public sealed class DependencyPolicyTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricCollector<double> _duration;
    private readonly ProtectionMetrics _metrics;

    public DependencyPolicyTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new ProtectionMetrics(meters, _time);
        _duration = new MetricCollector<double>(meters, MetricNames.Meter, MetricNames.DependencyDuration);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CanceledCaller_IsMeasuredAsCancelled(bool isAsync)
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => SendAsync(() => throw new OperationCanceledException(), isAsync, gone.Token));

        Assert.Equal(DependencyOutcome.Cancelled, _duration.LastMeasurement!.Tags["outcome"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TimeoutOfTheClient_IsMeasuredAsUnreachable_WithItsDuration(bool isAsync)
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => SendAsync(TimeOut, isAsync, CancellationToken.None));

        Assert.Equal(DependencyOutcome.Unreachable, _duration.LastMeasurement!.Tags["outcome"]);
        Assert.Equal(5, _duration.LastMeasurement!.Value);

        void TimeOut()
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            throw new OperationCanceledException();
        }
    }

    [Theory]
    [InlineData(200, DependencyOutcome.Ok)]
    [InlineData(204, DependencyOutcome.Ok)]
    [InlineData(304, DependencyOutcome.Ok)]
    [InlineData(400, DependencyOutcome.Failed)]
    [InlineData(401, DependencyOutcome.Denied)]
    [InlineData(403, DependencyOutcome.Denied)]
    [InlineData(404, DependencyOutcome.NotFound)]
    [InlineData(409, DependencyOutcome.Conflict)]
    [InlineData(412, DependencyOutcome.Conflict)]
    [InlineData(429, DependencyOutcome.Throttled)]
    [InlineData(500, DependencyOutcome.Failed)]
    [InlineData(503, DependencyOutcome.Throttled)]
    public void Status_DecidesTheOutcome(int status, string outcome) => Assert.Equal(outcome, DependencyOutcome.Of(status));

    public void Dispose()
    {
        _duration.Dispose();
        _services.Dispose();
    }

    private async Task SendAsync(Action transport, bool isAsync, CancellationToken cancellationToken)
    {
        var policy = new DependencyPolicy(new DependencyMeter(DependencyNames.Storage, _metrics));
        var pipeline = new HttpPipeline(new HttpClientTransport(), [policy, new CallbackPolicy(transport)]);
        using var message = pipeline.CreateMessage();
        message.Request.Uri.Reset(new Uri("https://account.table.core.windows.net/Users(PartitionKey='ada',RowKey='user')"));
        if (isAsync)
        {
            await pipeline.SendAsync(message, cancellationToken);
        }
        else
        {
            pipeline.Send(message, cancellationToken);
        }
    }

    private sealed class CallbackPolicy(Action callback) : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => callback();

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            callback();
            return ValueTask.CompletedTask;
        }
    }
}
