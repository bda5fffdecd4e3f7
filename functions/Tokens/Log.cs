using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens;

internal static partial class Log
{
    [LoggerMessage(EventId = 1210, Level = LogLevel.Error, Message = "The public keys of client {ClientId} could not be read. Check its JwksUri.")]
    public static partial void ClientKeysUnavailable(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1200, Level = LogLevel.Error, Message = "The secrets of client {ClientId} could not be read. Check its SecretName and the source of secrets.")]
    public static partial void ClientSecretsUnavailable(this ILogger logger, Exception exception, string clientId);
}
