using System.Diagnostics;

namespace Gatehouse.Protection.Telemetry;

/// <summary>A call to a service that is under way.</summary>
internal readonly struct DependencyCall
{
    private readonly GatehouseMetrics _metrics;
    private readonly string _dependency;
    private readonly string _operation;
    private readonly long _started;
    private readonly Activity? _span;

    public DependencyCall(GatehouseMetrics metrics, string dependency, string operation)
    {
        _metrics = metrics;
        _dependency = dependency;
        _operation = operation;
        _started = metrics.Now;
        _span = Tracing.Source.HasListeners() ? Tracing.Source.StartActivity($"{dependency} {operation}", ActivityKind.Client) : null;
        _span?.SetTag("peer.service", dependency);
    }

    /// <summary>The call has ended.</summary>
    /// <param name="outcome">One of <see cref="DependencyOutcome"/>.</param>
    public void End(string outcome)
    {
        _metrics.DependencyCalled(_dependency, _operation, outcome, _started);
        if (_span is null)
        {
            return;
        }

        _span.SetTag("outcome", outcome);
        if (!DependencyOutcome.IsExpected(outcome))
        {
            _span.SetStatus(ActivityStatusCode.Error);
        }

        _span.Dispose();
    }
}
