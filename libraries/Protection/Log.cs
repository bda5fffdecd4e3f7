using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

internal static partial class Log
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Milliseconds:0.0} ms {TraceId}")]
    public static partial void Answered(this ILogger logger, string method, string path, int status, double milliseconds, string traceId);

    [LoggerMessage(EventId = 1100, Level = LogLevel.Information, Message = "An access token was rejected ({Reason}) at {Function}.")]
    public static partial void TokenRejected(this ILogger logger, string reason, string function);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "A DPoP proof was rejected ({Reason}).")]
    public static partial void ProofRejected(this ILogger logger, string reason);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error, Message = "{Function} states no access rule, so every call is refused. Put [Authorize] or [AllowAnonymous] on it.")]
    public static partial void NoAccessRule(this ILogger logger, string function);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Information, Message = "Pages of the origin {Origin} may not read the answer. To allow it, add the origin to Protection:AllowedOrigins.")]
    public static partial void OriginRefused(this ILogger logger, string origin);
}
