using Gatehouse.Operations;

namespace Gatehouse.Storage.Tables;

/// <summary>Whether Table Storage answers this app's identity.</summary>
internal sealed class TableStorageReadinessCheck(Table table) : IReadinessCheck
{
    public string Name => "storage";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Never there: a point read costs the least.
            _ = await table.FindAsync("ready", "ready", cancellationToken);
            return null;
        }
        catch (StorageUnavailableException)
        {
            return "Table Storage can't be read.";
        }
    }
}
