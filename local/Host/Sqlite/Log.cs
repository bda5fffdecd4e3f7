namespace Gatehouse.Local.Sqlite;

internal static partial class Log
{
    [LoggerMessage(EventId = 2100, Level = LogLevel.Information, Message = "The database {Path} was brought from schema version {From} to {To}.")]
    public static partial void DatabaseMigrated(this ILogger logger, string path, int from, int to);
}
