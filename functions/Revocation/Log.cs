using Microsoft.Extensions.Logging;

namespace Gatehouse.Revocation;

internal static partial class Log
{
    [LoggerMessage(EventId = 1500, Level = LogLevel.Error, Message = "The revocation feed could not be read. Revocations read before still apply.")]
    public static partial void FeedNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Debug, Message = "Removed {Removed} expired revocations from the feed.")]
    public static partial void FeedCleanedUp(this ILogger logger, int removed);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Warning, Message = "Expired revocations could not be removed from the feed. Gatehouse tries again in some minutes.")]
    public static partial void FeedNotCleanedUp(this ILogger logger, Exception exception);
}
