using System.Diagnostics.Metrics;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Protection.Telemetry;

[Collection("OpenTelemetry SDK")]
public sealed class ProtectionMetricsTests : IDisposable
{
    private const int Rounds = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _meters;
    private readonly ProtectionMetrics _metrics;

    public ProtectionMetricsTests()
    {
        _meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new ProtectionMetrics(_meters, _time);
    }

    [Fact]
    public void Durations_AreInSeconds()
    {
        using var requests = Listen<double>(MetricNames.RequestDuration);
        using var verifications = Listen<double>(MetricNames.TokenVerificationDuration);
        using var calls = Listen<double>(MetricNames.DependencyDuration);
        var started = _metrics.Now;
        _time.Advance(TimeSpan.FromMilliseconds(2500));

        _metrics.RequestAnswered("Live", 200, started);
        _metrics.TokenVerified("accepted", remembered: true, started);
        _metrics.DependencyCalled(DependencyNames.Storage, "GET users", DependencyOutcome.Ok, started);

        Assert.Equal(2.5, requests.LastMeasurement!.Value);
        Assert.Equal(2.5, verifications.LastMeasurement!.Value);
        Assert.Equal(2.5, calls.LastMeasurement!.Value);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(599)]
    [InlineData(700)]
    public void Status_IsANumber(int status)
    {
        using var requests = Listen<double>(MetricNames.RequestDuration);

        _metrics.RequestAnswered("Live", status, _metrics.Now);

        Assert.Equal(status, requests.LastMeasurement!.Tags["status_code"]);
    }

    [Fact]
    public void MeasuringARequest_WithAListener_AllocatesNothing()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        var measured = 0;
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => measured++);
        listener.Start();
        MeasureRequests(1);
        measured = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();

        MeasureRequests(Rounds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3 * Rounds, measured);
    }

    [Fact]
    public void MeasuringARequest_WithoutAListener_AllocatesNothing()
    {
        MeasureRequests(1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        MeasureRequests(Rounds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose() => _services.Dispose();

    private void MeasureRequests(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var started = _metrics.Now;
            _metrics.TokenVerified("accepted", remembered: true, started);
            _metrics.RequestAnswered("ReadSamples", 200, started);
        }
    }

    private MetricCollector<T> Listen<T>(string metric)
        where T : struct =>
        new(_meters, MetricNames.Meter, metric);
}
