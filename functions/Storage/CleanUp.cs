using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage;

/// <summary>
/// Removes records that have ended, now and then when requests come by: a timer might never run on a serverless instance.
/// </summary>
/// <param name="what">The records, for the log.</param>
/// <param name="removeAsync">Removes up to so many records that have ended by a time, and returns their number.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets the failures: a clean-up must not fail the request that it runs in.</param>
internal sealed class CleanUp(string what, Func<DateTimeOffset, int, CancellationToken, Task<int>> removeAsync, TimeProvider time, ILogger logger)
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    private long _ranAt = time.GetTimestamp();
    private volatile bool _isDue;

    /// <summary>Removes a batch if the last clean-up was ten minutes ago, or left records behind.</summary>
    public async Task RunIfDueAsync(CancellationToken cancellationToken)
    {
        if (!_isDue && time.GetElapsedTime(Interlocked.Read(ref _ranAt)) < Interval)
        {
            return;
        }

        _isDue = false;
        Interlocked.Exchange(ref _ranAt, time.GetTimestamp());

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // A full batch means that more records remain, so the next request continues. Otherwise frequent requests
            // would leave more behind than is ever removed.
            _isDue = await removeAsync(time.GetUtcNow(), BatchSize, either.Token) == BatchSize;
        }
        catch (Exception exception) when ((exception is StorageUnavailableException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            logger.NotCleanedUp(exception, what);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1220, Level = LogLevel.Warning, Message = "{Records} could not be removed. Gatehouse tries again in some minutes.")]
    public static partial void NotCleanedUp(this ILogger logger, Exception exception, string records);
}
