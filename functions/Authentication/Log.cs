using Microsoft.Extensions.Logging;

namespace Gatehouse.Authentication;

internal static partial class Log
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Information, Message = "A sign-in failed.")]
    public static partial void SignInFailed(this ILogger logger);
}
