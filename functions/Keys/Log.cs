using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

internal static partial class Log
{
    [LoggerMessage(EventId = 1400, Level = LogLevel.Information, Message = "Signing-key version {Version} holds the {Algorithm} key {Kid}.")]
    public static partial void KeyFound(this ILogger logger, string version, string kid, string algorithm);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Information, Message = "Signing-key version {Version} with the key {Kid} is no longer used: disabled, expired or removed.")]
    public static partial void KeyGone(this ILogger logger, string version, string kid);

    [LoggerMessage(EventId = 1403, Level = LogLevel.Error, Message = "Version {Version} of the secret {SecretName} is not a signing key and is ignored. {Reason}")]
    public static partial void KeyMalformed(this ILogger logger, string secretName, string version, string reason);

    [LoggerMessage(EventId = 1405, Level = LogLevel.Error, Message = "The versions of the secret {SecretName} could not be read. The keys read before stay in use.")]
    public static partial void KeysNotRead(this ILogger logger, Exception exception, string secretName);

    [LoggerMessage(EventId = 1406, Level = LogLevel.Information, Message = "Created the first signing key, as version {Version} of {SecretName} in {Folder}.")]
    public static partial void DevelopmentKeyMade(this ILogger logger, string version, string secretName, string folder);

    [LoggerMessage(EventId = 1407, Level = LogLevel.Error, Message = "The file {File} is not a secret version and is ignored: it needs a value and its attributes, as in a Key Vault secret bundle.")]
    public static partial void SecretFileMalformed(this ILogger logger, string file);

    [LoggerMessage(EventId = 1408, Level = LogLevel.Information, Message = "The versions of the secret {SecretName} can be read again.")]
    public static partial void KeysReadAgain(this ILogger logger, string secretName);
}
