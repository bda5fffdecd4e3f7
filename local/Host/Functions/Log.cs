namespace Gatehouse.Local.Functions;

internal static partial class Log
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Error, Message = "The function {Function} ended with an exception.")]
    public static partial void FunctionFailed(this ILogger logger, Exception exception, string function);
}
