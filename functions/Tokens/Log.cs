using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens;

internal static partial class Log
{
    [LoggerMessage(EventId = 1210, Level = LogLevel.Error, Message = "The public keys of client {ClientId} could not be read. Check its JwksUri.")]
    public static partial void ClientKeysUnavailable(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1200, Level = LogLevel.Error, Message = "The secrets of client {ClientId} could not be read. Check its SecretName and the source of secrets.")]
    public static partial void ClientSecretsUnavailable(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Error, Message = "Version {Version} of the secret of client {ClientId} is ignored, because it has fewer than {MinLength} characters. Add a version with 32 random characters.")]
    public static partial void ClientSecretTooShort(this ILogger logger, string clientId, string version, int minLength);

    [LoggerMessage(EventId = 1211, Level = LogLevel.Warning, Message = "The last use of client {ClientId} could not be written. It is tried again in an hour.")]
    public static partial void LastUseNotWritten(this ILogger logger, Exception exception, string clientId);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "Version {Version} of the secret of client {ClientId} begins with a byte order mark or ends with a line break, which is ignored.")]
    public static partial void ClientSecretTrimmed(this ILogger logger, string clientId, string version);
}
