using Microsoft.Extensions.Logging;

namespace Gatehouse.Revocation;

internal static partial class Log
{
    [LoggerMessage(EventId = 1500, Level = LogLevel.Error, Message = "The revocation feed could not be read. What was read before still counts.")]
    public static partial void FeedNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Debug, Message = "{Removed} revocations that nobody needs any more were removed from the feed.")]
    public static partial void FeedCleanedUp(this ILogger logger, int removed);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Warning, Message = "Revocations that nobody needs any more could not be removed from the feed. It is tried again in some minutes.")]
    public static partial void FeedNotCleanedUp(this ILogger logger, Exception exception);
}
