using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Backup;

/// <summary>Makes a backup each hour. The platform runs it on one instance at a time.</summary>
/// <param name="logger">For the result.</param>
/// <param name="backup">Null when section <c>Backup</c> names no storage.</param>
internal sealed class BackUpFunction(ILogger<BackUpFunction> logger, TableBackup? backup = null)
{
    [Function("BackUp")]
    public async Task RunAsync([TimerTrigger("0 7 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        if (backup is null)
        {
            return;
        }

        var manifest = await backup.WriteAsync(cancellationToken);
        var entities = manifest.Entities.Values.Sum();
        logger.BackedUp(manifest.Name, entities, timer.IsPastDue);
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 6101, Level = LogLevel.Information, Message = "Made the backup {Backup} with {Entities} entities. Late: {IsLate}.")]
    public static partial void BackedUp(this ILogger logger, string backup, long entities, bool isLate);
}
