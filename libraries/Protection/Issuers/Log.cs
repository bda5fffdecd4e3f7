using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Issuers;

internal static partial class Log
{
    [LoggerMessage(EventId = 1600, Level = LogLevel.Error, Message = "The keys of the issuer {Issuer} could not be read. The keys read before stay in use.")]
    public static partial void IssuerNotRead(this ILogger logger, Exception exception, string issuer);

    [LoggerMessage(EventId = 1601, Level = LogLevel.Debug, Message = "Read {Count} keys of the issuer {Issuer}.")]
    public static partial void IssuerRead(this ILogger logger, string issuer, int count);
}
