using System.Globalization;
using Azure.Data.Tables;
using Gatehouse.Revocation;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Stores the revocation feed in one partition, in the order of time. A table does not number entries in the order of
/// arrival, and an entry may arrive after one with a later date. So each read begins <see cref="Overlap"/> before the
/// newest entry of the previous read; reading an entry twice is harmless.
/// </summary>
internal sealed class TableRevocationStore(Table table, TimeProvider time) : IRevocationStore
{
    /// <summary>
    /// The largest delay between the date and the arrival of an entry: the time limit of a write, plus 50 seconds for
    /// the difference of two instances' clocks.
    /// </summary>
    public static readonly TimeSpan Overlap = Table.TimeLimit + TimeSpan.FromSeconds(50);

    private const string Partition = "feed";
    private const int InstantLength = 16;
    private const char BeganAt = '@';

    public Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken) =>
        table.SetAsync(Write(entry), cancellationToken);

    public async Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var (row, beganAt) = ReadCursor(cursor);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {row}");
        var page = await table.QueryAsync(filter, Table.MaxPageSize, cancellationToken);
        var entries = page.Entities.Select(Read).ToArray();
        if (page.HasMore)
        {
            return new RevocationPage(entries, $"{page.Entities[^1].RowKey}{BeganAt}{Instant(beganAt)}", HasMore: true);
        }

        // If this page is empty, the newest entry of this read is the last one of the previous page.
        var last = entries.Length > 0 ? page.Entities[^1].RowKey : row;
        return new RevocationPage(entries, last.Length > InstantLength ? FindPosition(last, beganAt) : last, HasMore: false);
    }

    public async Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and ExpiresAt le {now}");
        var removed = 0;
        foreach (var chunk in (await table.QueryAsync(filter, limit, cancellationToken)).Entities.Take(limit).Chunk(Table.MaxTransactionSize))
        {
            if (!await table.TryRemoveAsync(chunk, version: null, cancellationToken))
            {
                // Another instance is cleaning up too; leave the rest to it.
                break;
            }

            removed += chunk.Length;
        }

        return removed;
    }

    // A cursor between two pages also holds the time of the first one, because an interrupted read may continue much later.
    private (string Row, DateTimeOffset BeganAt) ReadCursor(string? cursor) =>
        cursor?.Split(BeganAt) is [var row, var beganAt]
            ? (row, ParseInstant(beganAt))
            : (cursor ?? "", time.GetUtcNow());

    // The overlap before the newest entry, even if that is pages back, because earlier entries may still arrive in that time.
    private static string FindPosition(string newestRow, DateTimeOffset beganAt)
    {
        var newest = ParseInstant(newestRow.AsSpan(0, InstantLength));

        // Bounded by the start of this read, for two reasons: a writer whose clock is ahead must not make other
        // entries look old, and an entry that arrived behind a finished page did so after the read began.
        return Instant((newest < beganAt ? newest : beganAt) - Overlap);
    }

    private static DateTimeOffset ParseInstant(ReadOnlySpan<char> instant) =>
        new(long.Parse(instant, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), TimeSpan.Zero);

    // A fixed length, so that strings sort by time.
    private static string Instant(DateTimeOffset time) => time.UtcTicks.ToString($"x{InstantLength}", CultureInfo.InvariantCulture);

    private static TableEntity Write(RevocationEntry entry) => new(Partition, $"{Instant(entry.RevokedAt)}-{Guid.NewGuid():N}")
    {
        [nameof(RevocationEntry.Kind)] = entry.Kind.ToString(),
        [nameof(RevocationEntry.Id)] = entry.Id,
        [nameof(RevocationEntry.RevokedAt)] = entry.RevokedAt,
        [nameof(RevocationEntry.ExpiresAt)] = entry.ExpiresAt,
    };

    private static RevocationEntry Read(TableEntity entity) => new(
        Enum.Parse<RevocationKind>(entity.ReadText(nameof(RevocationEntry.Kind))),
        entity.ReadText(nameof(RevocationEntry.Id)),
        entity.ReadTime(nameof(RevocationEntry.RevokedAt)),
        entity.ReadTime(nameof(RevocationEntry.ExpiresAt)));
}
