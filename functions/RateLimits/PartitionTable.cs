using System.Numerics;

namespace Gatehouse.RateLimits;

/// <summary>
/// For each partition the time at which its debt is paid, in a table that is made once and never grows, however many
/// partitions come.
/// <para>
/// A partition has its place in one row of eight. When a row is full a newcomer takes the place of the one with the
/// smallest debt, <b>and its debt with it</b> (the Space-Saving algorithm: Metwally, Agrawal and El Abbadi 2005). The
/// smallest debt of a row therefore never falls but by the passing of time, and who is pushed out and comes back finds at
/// least the debt that it left. So nobody gets permits back by making others come: a caller that has used up its limit
/// is the last one in its row to be pushed out, and gains nothing by it. What overload costs is permits of newcomers: with more
/// active partitions than places they share what the places give, and the table as a whole becomes the limit.
/// </para>
/// </summary>
internal sealed class PartitionTable
{
    // Eight places of 16 bytes: two cache lines.
    private const int RowSize = 8;

    // Enough that two requests seldom want the same one at a time; a lock for each row would weigh as much as the row.
    private const int LockCount = 128;

    private readonly Place[] _places;
    private readonly Lock[] _locks = new Lock[LockCount];
    private readonly int _rowMask;

    /// <param name="capacity">How many partitions are told apart; rounded up to a power of two.</param>
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

    /// <summary>Puts a partition's time forward, unless that goes too far.</summary>
    /// <param name="partition">A hash that nobody can foretell; its bits choose the row.</param>
    /// <param name="now">A partition without debt, and one whose time is past, starts here.</param>
    /// <param name="step">How far to go.</param>
    /// <param name="end">How far it may go.</param>
    /// <returns>The time that was reached; when it is after <paramref name="end"/>, nothing has changed.</returns>
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
