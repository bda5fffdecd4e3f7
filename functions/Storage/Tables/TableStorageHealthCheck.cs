using Gatehouse.Protection.Caching;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Healthy when Table Storage answers this app's identity. The storage is read at most once a second, because any
/// caller may request the health, and reads cost money and capacity.
/// </summary>
internal sealed class TableStorageHealthCheck : IHealthCheck
{
    private static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(1);
    private static readonly object Reachable = new();
    private static readonly object Unreachable = new();

    private readonly Table _table;
    private readonly TimeProvider _time;
    private readonly ILogger<TableStorageHealthCheck> _logger;
    private readonly RequestDrivenCache<object> _answer;

    public TableStorageHealthCheck(Table table, TimeProvider time, ILogger<TableStorageHealthCheck> logger)
    {
        _table = table;
        _time = time;
        _logger = logger;
        _answer = new RequestDrivenCache<object>(
            (_, cancellationToken) => LookAsync(cancellationToken),
            new RequestDrivenCacheOptions
            {
                RefreshAfter = RememberFor,
                WaitAfter = RememberFor,
                RetryAfterFailure = RememberFor,
                LoadTimeout = StorageCall.TimeLimit + RememberFor,
            },
            time);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await _answer.GetAsync(cancellationToken) == Reachable
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("Table Storage can't be read.");

    private async Task<object> LookAsync(CancellationToken cancellationToken)
    {
        // The check runs on its own time limit, because several requests share its result.
        StorageBudget.Begin(_time);
        try
        {
            // This entity never exists: a point read costs the least.
            _ = await _table.FindAsync("ready", "ready", cancellationToken);
            return Reachable;
        }
        catch (Exception exception)
        {
            // Every failure: an exception would leave the last answer in place.
            _logger.NotReady(exception);
            return Unreachable;
        }
    }
}
