using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Whether Table Storage answers this app's identity. Anybody may ask, as often as they like, so it is looked at once a
/// second at the most: requests to the storage cost money, and take from those of signed-in callers.
/// </summary>
internal sealed class TableStorageReadinessCheck : IReadinessCheck
{
    private const string NoProblem = "";
    private static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(1);

    private readonly Table _table;
    private readonly TimeProvider _time;
    private readonly ILogger<TableStorageReadinessCheck> _logger;
    private readonly RequestDrivenCache<string> _problem;

    public TableStorageReadinessCheck(Table table, TimeProvider time, ILogger<TableStorageReadinessCheck> logger)
    {
        _table = table;
        _time = time;
        _logger = logger;
        _problem = new RequestDrivenCache<string>(
            (_, cancellationToken) => LookAsync(cancellationToken),
            new RequestDrivenCacheOptions
            {
                RefreshAfter = RememberFor,
                WaitAfter = RememberFor,
                RetryAfterFailure = RememberFor,
                LoadTimeout = Table.TimeLimit + RememberFor,
            },
            time);
    }

    public string Name => "storage";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken) =>
        await _problem.GetAsync(cancellationToken) is { Length: > 0 } problem ? problem : null;

    private async Task<string> LookAsync(CancellationToken cancellationToken)
    {
        // For all who ask, not on the time of the one who asked first.
        StorageBudget.Begin(_time);
        try
        {
            // Never there: a point read costs the least.
            _ = await _table.FindAsync("ready", "ready", cancellationToken);
            return NoProblem;
        }
        catch (Exception exception)
        {
            // Whatever it is: thrown on, it would leave the last answer in place.
            _logger.NotReady(exception);
            return "Table Storage can't be read.";
        }
    }
}
