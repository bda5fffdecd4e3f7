using Gatehouse.Storage;





namespace Gatehouse.Protection.Telemetry;

/// <summary>Measures the calls to one service that Gatehouse depends on, and makes a span of each.</summary>
/// <param name="dependency">One of <see cref="DependencyNames"/>.</param>
/// <param name="metrics">Where the durations go.</param>
internal sealed class DependencyMeter(string dependency, GatehouseMetrics metrics)
{
    /// <summary>A call begins.</summary>
    /// <param name="operation">What is asked for, without keys and names of what it is asked about.</param>
    public DependencyCall Begin(string operation) => new(metrics, dependency, operation);

    /// <summary>Runs a call whose exceptions tell how it ended.</summary>
    /// <param name="operation">As with <see cref="Begin"/>.</param>
    /// <param name="call">The call.</param>
    public async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call)
    {
        var measured = Begin(operation);
        var outcome = DependencyOutcome.Failed;
        try
        {
            var result = await call();
            outcome = DependencyOutcome.Ok;
            return result;
        }
        catch (StorageUnavailableException)
        {
            outcome = DependencyOutcome.Unreachable;
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = DependencyOutcome.Cancelled;
            throw;
        }
        finally
        {
            measured.End(outcome);
        }
    }
}
