using System.Globalization;
using Azure.Data.Tables;
using Gatehouse.Revocation;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// The revocation feed: one partition, in the order of time. A table gives no numbers in the order of arrival, and an
/// entry may arrive after one that is dated later. So each reading begins <see cref="Overlap"/> before the newest entry of
/// the one before; what is read twice does no harm.
/// </summary>
internal sealed class TableRevocationStore(Table table, TimeProvider time) : IRevocationStore
{
    /// <summary>
    /// How much later than its date an entry may arrive and still be read: the time limit of a write, and 50 seconds that the
    /// clocks of two instances may differ.
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

        // Where nothing more was found, the newest entry of this reading is the one that the page before ended with.
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
                // Another instance is at the same, and the rest is left to it.
                break;
            }

            removed += chunk.Length;
        }

        return removed;
    }

    // A cursor between two pages also says when the first of them was read: the reading may be broken off and go on much later.
    private (string Row, DateTimeOffset BeganAt) ReadCursor(string? cursor) =>
        cursor?.Split(BeganAt) is [var row, var beganAt]
            ? (row, ParseInstant(beganAt))
            : (cursor ?? "", time.GetUtcNow());

    // Before the newest entry, however many pages that is back: any of the entries between may still have one arrive before it.
    private static string FindPosition(string newestRow, DateTimeOffset beganAt)
    {
        var newest = ParseInstant(newestRow.AsSpan(0, InstantLength));

        // A writer whose clock is ahead must not make others' entries look old. And what arrived behind a page that was
        // read already did so after the reading began.
        return Instant((newest < beganAt ? newest : beganAt) - Overlap);
    }

    private static DateTimeOffset ParseInstant(ReadOnlySpan<char> instant) =>
        new(long.Parse(instant, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), TimeSpan.Zero);

    // Of one length, so that the order of the texts is that of time.
    private static string Instant(DateTimeOffset time) => time.UtcTicks.ToString($"x{InstantLength}", CultureInfo.InvariantCulture);

    private static TableEntity Write(RevocationEntry entry) => new(Partition, $"{Instant(entry.RevokedAt)}-{Guid.NewGuid():N}")
    {
        [nameof(RevocationEntry.Kind)] = entry.Kind.ToString(),
        [nameof(RevocationEntry.Id)] = entry.Id,
        [nameof(RevocationEntry.RevokedAt)] = entry.RevokedAt,
        [nameof(RevocationEntry.ExpiresAt)] = entry.ExpiresAt,
        [nameof(RevocationEntry.ExceptSession)] = entry.ExceptSession,
    };

    private static RevocationEntry Read(TableEntity entity) => new(
        Enum.Parse<RevocationKind>(entity.ReadText(nameof(RevocationEntry.Kind))),
        entity.ReadText(nameof(RevocationEntry.Id)),
        entity.ReadTime(nameof(RevocationEntry.RevokedAt)),
        entity.ReadTime(nameof(RevocationEntry.ExpiresAt)),
        entity.GetString(nameof(RevocationEntry.ExceptSession)));
}
