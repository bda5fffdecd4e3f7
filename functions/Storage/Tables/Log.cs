using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage.Tables;

internal static partial class Log
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Made the table {Table}, which was not there.")]
    public static partial void TableCreated(this ILogger logger, string table);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "Table Storage can't be read; /health/ready says so.")]
    public static partial void NotReady(this ILogger logger, Exception exception);
}
