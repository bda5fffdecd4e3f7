using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens;

internal static partial class Log
{
    [LoggerMessage(EventId = 1210, Level = LogLevel.Error, Message = "The public keys of client {ClientId} could not be read.")]
    public static partial void ClientKeysUnavailable(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1200, Level = LogLevel.Error, Message = "The secrets of client {ClientId} could not be read.")]
    public static partial void ClientSecretsUnavailable(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1220, Level = LogLevel.Warning, Message = "Sessions that have ended could not be removed. It is tried again in some minutes.")]
    public static partial void SessionsNotCleanedUp(this ILogger logger, Exception exception);
}
