using Gatehouse.RateLimits;

namespace Gatehouse.Bench;

/// <summary>What a million different addresses leave behind in the limiter.</summary>
internal static class LimiterMemory
{
    private const int Addresses = 1_000_000;

    public static void Run()
    {
        var options = new RateLimitsOptions();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var table = new PartitionTable(options.Partitions);
        var made = GC.GetTotalMemory(forceFullCollection: true);
        for (ulong address = 0; address < Addresses; address++)
        {
            // A multiplication spreads the numbers over the rows, as the hash does for real addresses.
            table.Advance(address * 0x9E37_79B9_7F4A_7C15, now: 0, step: 1, end: 10);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(table);
        Console.WriteLine(FormattableString.Invariant(
            $"One limit takes {made - before:N0} bytes ({table.Capacity:N0} places); after {Addresses:N0} different addresses {after - before:N0} bytes."));
    }
}
