using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

internal static partial class Log
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Information, Message = "An access token was rejected ({Reason}) at {Function}.")]
    public static partial void TokenRejected(this ILogger logger, string reason, string function);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "A DPoP proof was rejected ({Reason}).")]
    public static partial void ProofRejected(this ILogger logger, string reason);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error, Message = "{Function} states no access rule and is refused to everybody. Put [Authorize] or [AllowAnonymous] on it.")]
    public static partial void NoAccessRule(this ILogger logger, string function);
}
