using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Http;

internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "{Function} failed.")]
    public static partial void Failed(this ILogger logger, Exception exception, string function);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "{Function} can't answer: a service that it needs is unavailable.")]
    public static partial void Unavailable(this ILogger logger, Exception exception, string function);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Debug, Message = "{Function} stopped: the caller canceled the request.")]
    public static partial void CallerGone(this ILogger logger, string function);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "The address of a caller is unknown; all such callers share one rate limit. In Azure, set Http:TrustForwardedFor to true (now {TrustForwardedFor}). This is logged once.")]
    public static partial void AddressUnknown(this ILogger logger, bool trustForwardedFor);

    // Without the exception and below a warning, because a flood of requests must not become a flood of stack traces.
    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "{Function} refused a request to protect this instance. {Reason}")]
    public static partial void Overloaded(this ILogger logger, string function, string reason);
}
