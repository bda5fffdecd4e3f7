using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage.Tables;

internal static partial class Log
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Created the missing table {Table}.")]
    public static partial void TableCreated(this ILogger logger, string table);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "Table Storage can't be read, so /health/ready reports this instance unhealthy. Check Storage:AccountName, the role of the app's identity and the network.")]
    public static partial void NotReady(this ILogger logger, Exception exception);
}
