using Microsoft.Extensions.Logging;

namespace Gatehouse.Users;

internal static partial class Log
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Error, Message = "The secret {SecretName} describes no administrator. It must hold {{\"username\": …, \"password\": …}} or {{\"username\": …, \"passwordHash\": …}}.")]
    public static partial void BootstrapSecretMalformed(this ILogger logger, string secretName);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "There is no administrator yet, and the secret {SecretName} can't be read. Check that it exists and that the app may read it.")]
    public static partial void BootstrapSecretNotRead(this ILogger logger, Exception exception, string secretName);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Error, Message = "The password in the secret {SecretName} is too weak, so no administrator was created. {Fault}")]
    public static partial void BootstrapPasswordWeak(this ILogger logger, string secretName, string fault);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Warning, Message = "{Host} can't say whether a new password is one of a known breach. The password was accepted. Check Authentication:BreachedPasswordsUrl.")]
    public static partial void BreachedPasswordsUnavailable(this ILogger logger, Exception exception, string host);
}
