using Microsoft.Extensions.Logging;

namespace Gatehouse.Users;

internal static partial class Log
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Error, Message = "The secret {SecretName} describes no administrator. It must hold {{\"username\": …, \"password\": …}} or {{\"username\": …, \"passwordHash\": …}}.")]
    public static partial void BootstrapSecretMalformed(this ILogger logger, string secretName);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "There is no administrator yet, and the secret {SecretName} can't be read. Check that it exists and that the app may read it.")]
    public static partial void BootstrapSecretNotRead(this ILogger logger, Exception exception, string secretName);
}
