using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens;

internal static partial class Log
{
    [LoggerMessage(EventId = 1200, Level = LogLevel.Warning, Message = "A refresh token of session {SessionId} (subject {Subject}, client {ClientId}) was used again: the session is revoked.")]
    public static partial void RefreshTokenReused(this ILogger logger, string sessionId, string subject, string clientId);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Client authentication failed ({Reason}).")]
    public static partial void ClientAuthenticationFailed(this ILogger logger, string reason);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Error, Message = "The secrets of client {ClientId} could not be read.")]
    public static partial void ClientSecretsUnavailable(this ILogger logger, Exception exception, string clientId);
}
