using System.Numerics;

namespace Gatehouse.RateLimits;

/// <summary>
/// Holds for each partition the time at which its debt is paid, in a table of fixed size.
/// <para>
/// A partition has its place in one row of eight. When a row is full, a new partition takes the place of the one with the
/// smallest debt, <b>and its debt with it</b> (the Space-Saving algorithm: Metwally, Agrawal and El Abbadi 2005). So the
/// smallest debt of a row falls only as time passes, and a partition that was evicted returns with at least the debt that
/// it left. A caller can't regain permits by sending requests from other addresses: one that has used up its limit is the
/// last of its row to be evicted. Overload costs the permits of new partitions: when more are active than there are
/// places, they share the permits of the places, and the table as a whole becomes the limit.
/// </para>
/// </summary>
internal sealed class PartitionTable
{
    // Eight places of 16 bytes fill two cache lines.
    private const int RowSize = 8;

    // Enough that two requests seldom need the same lock; a lock for each row would take as much memory as the row.
    private const int LockCount = 128;

    private readonly Place[] _places;
    private readonly Lock[] _locks = new Lock[LockCount];
    private readonly int _rowMask;

    /// <param name="capacity">The number of distinct partitions; rounded up to a power of two.</param>
    public PartitionTable(int capacity)
    {
        _places = new Place[Math.Max(RowSize, (int)BitOperations.RoundUpToPowerOf2((uint)capacity))];
        _rowMask = (_places.Length / RowSize) - 1;
        for (var i = 0; i < LockCount; i++)
        {
            _locks[i] = new Lock();
        }
    }

    public int Capacity => _places.Length;

    /// <summary>Moves the time of a partition forward, unless it would pass the limit.</summary>
    /// <param name="partition">A hash that callers can't predict; its bits choose the row.</param>
    /// <param name="now">The current time, from which a partition without debt starts.</param>
    /// <param name="step">How far to move.</param>
    /// <param name="end">The limit.</param>
    /// <returns>The resulting time; if it is after <paramref name="end"/>, the partition is unchanged.</returns>
    public long Advance(ulong partition, long now, long step, long end)
    {
        var row = (int)partition & _rowMask;
        var places = _places.AsSpan(row * RowSize, RowSize);
        lock (_locks[row % LockCount])
        {
            ref var place = ref FindPlace(places, partition);
            var reached = Math.Max(place.PaidAt, now) + step;
            if (reached <= end)
            {
                place = new Place(partition, reached);
            }

            return reached;
        }
    }

    /// <summary>The partition's own place, or the one with the smallest debt.</summary>
    private static ref Place FindPlace(Span<Place> row, ulong partition)
    {
        ref var smallest = ref row[0];
        foreach (ref var place in row)
        {
            if (place.Partition == partition)
            {
                return ref place;
            }

            if (place.PaidAt < smallest.PaidAt)
            {
                smallest = ref place;
            }
        }

        return ref smallest;
    }

    private readonly record struct Place(ulong Partition, long PaidAt);
}
