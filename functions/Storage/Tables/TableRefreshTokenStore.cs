using System.Globalization;
using Azure.Data.Tables;
using Gatehouse.Tokens;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Stores each refresh-token family in its own partition: PartitionKey is the id, RowKey <c>family</c>. A note for
/// each family, sorted by its end, lets the clean-up read hardly more than ended families. The note is written first:
/// a family without a note would stay forever, a note without a family costs nothing. A row in the partition of its user lists each
/// family; it is written before the family too, and proves nothing.
/// </summary>
internal sealed class TableRefreshTokenStore(Table table) : IRefreshTokenStore, IBackedUpTable
{
    private const string RowKey = "family";

    // Sorts before every id; the hours follow it in order.
    private const string NotePrefix = "!ends-";
    private const int InstantLength = 16;
    private const int RemovedAtOnce = 8;

    public string Name => "RefreshTokens";

    public string Filter => TableClient.CreateQueryFilter($"RowKey eq {RowKey}");

    public async Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken)
    {
        await ListAsync(family, cancellationToken);
        if (await table.TryAddAsync(Write(family), cancellationToken) is null)
        {
            throw new InvalidOperationException("A refresh-token family with this id exists already.");
        }
    }

    public Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken) => table.FindAsync(id, RowKey, Read, cancellationToken);

    public async Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        await table.TryReplaceAsync(Write(family), family.Version!, cancellationToken) is not null;

    public async Task<IReadOnlyList<string>> ListAsync(string subject, int limit, CancellationToken cancellationToken)
    {
        var rows = await table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {UserPartition(subject)}"), limit, cancellationToken);
        return [.. rows.Entities.Take(limit).Select(static row => row.RowKey)];
    }

    public async Task RestoreAsync(TableEntity entity, CancellationToken cancellationToken)
    {
        await ListAsync(Read(entity), cancellationToken);
        await table.SetAsync(entity, cancellationToken);
    }

    public Task UnlistAsync(string subject, string id, CancellationToken cancellationToken) =>
        table.TryRemoveAsync([UserRow(subject, id)], version: null, cancellationToken);

    public async Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        // The partitions of all hours that have begun; some notes of the last hour are not due yet.
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {NotePrefix} and PartitionKey lt {NotePrefix + Hour(now.AddHours(1))} and RowKey lt {Instant(now.AddTicks(1))}");
        var notes = (await table.QueryAsync(filter, limit, cancellationToken)).Entities.Take(limit).ToArray();
        await Parallel.ForEachAsync(
            notes,
            new ParallelOptions { MaxDegreeOfParallelism = RemovedAtOnce, CancellationToken = cancellationToken },
            async (note, limited) =>
            {
                var id = note.RowKey[InstantLength..];
                await table.TryRemoveAsync([new TableEntity(id, RowKey)], version: null, limited);

                // Notes of older versions name no user.
                if (note.GetString(nameof(RefreshTokenFamily.Subject)) is { } subject)
                {
                    await table.TryRemoveAsync([UserRow(subject, id)], version: null, limited);
                }
            });

        // The notes are removed last, so that an interrupted clean-up finds them again.
        foreach (var partition in notes.GroupBy(static note => note.PartitionKey))
        {
            foreach (var chunk in partition.Chunk(Table.MaxTransactionSize))
            {
                await table.TryRemoveAsync(chunk, version: null, cancellationToken);
            }
        }

        return notes.Length;
    }

    private async Task ListAsync(RefreshTokenFamily family, CancellationToken cancellationToken)
    {
        var note = new TableEntity(NotePartition(family), $"{Instant(family.ExpiresAt)}{family.Id}") { [nameof(RefreshTokenFamily.Subject)] = family.Subject };
        await table.SetAsync(note, cancellationToken);
        await table.SetAsync(UserRow(family.Subject, family.Id), cancellationToken);
    }

    // A partition accepts about 2 000 writes a second; the first digit of the hash splits each hour into 16.
    private static string NotePartition(RefreshTokenFamily family) => $"{NotePrefix}{Hour(family.ExpiresAt)}-{TableKey.Of(family.Id)[0]}";

    private static TableEntity UserRow(string subject, string id) => new(UserPartition(subject), id);

    private static string UserPartition(string subject) => $"user-{TableKey.Of(subject)}";

    private static string Hour(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH", CultureInfo.InvariantCulture);

    // A fixed length, so that strings sort by time.
    private static string Instant(DateTimeOffset time) => time.UtcTicks.ToString($"x{InstantLength}", CultureInfo.InvariantCulture);

    private static TableEntity Write(RefreshTokenFamily family) => new(family.Id, RowKey)
    {
        [nameof(RefreshTokenFamily.Subject)] = family.Subject,
        [nameof(RefreshTokenFamily.UserName)] = family.UserName,
        [nameof(RefreshTokenFamily.ClientId)] = family.ClientId,
        [nameof(RefreshTokenFamily.ProofKeyThumbprint)] = family.ProofKeyThumbprint,
        [nameof(RefreshTokenFamily.Scopes)] = TableValues.Store(family.Scopes),
        [nameof(RefreshTokenFamily.Audiences)] = family.Audiences.IsEmpty ? null : TableValues.Store(family.Audiences),
        [nameof(RefreshTokenFamily.AuthenticatedAt)] = family.AuthenticatedAt,
        [nameof(RefreshTokenFamily.AuthenticationMethods)] = family.AuthenticationMethods.IsEmpty ? null : TableValues.Store(family.AuthenticationMethods),
        [nameof(RefreshTokenFamily.SessionsEndedAt)] = family.SessionsEndedAt,
        [nameof(RefreshTokenFamily.ExpiresAt)] = family.ExpiresAt,
        [nameof(RefreshTokenFamily.IdleExpiresAt)] = family.IdleExpiresAt,
        [nameof(RefreshTokenFamily.CurrentHash)] = TableValues.Store(family.CurrentHash),
        [nameof(RefreshTokenFamily.PreviousHash)] = TableValues.Store(family.PreviousHash),
        [nameof(RefreshTokenFamily.RotationSalt)] = TableValues.Store(family.RotationSalt),
        [nameof(RefreshTokenFamily.RotatedAt)] = family.RotatedAt,
        [nameof(RefreshTokenFamily.Repeats)] = family.Repeats,
        [nameof(RefreshTokenFamily.EarlierRepeats)] = family.EarlierRepeats,
        [nameof(RefreshTokenFamily.RevokedAt)] = family.RevokedAt,
        [nameof(RefreshTokenFamily.Network)] = family.Network,
        [nameof(RefreshTokenFamily.UserAgent)] = family.UserAgent,
    };

    private static RefreshTokenFamily Read(TableEntity entity) => new()
    {
        Id = entity.PartitionKey,
        Subject = entity.ReadText(nameof(RefreshTokenFamily.Subject)),
        UserName = entity.ReadText(nameof(RefreshTokenFamily.UserName)),
        ClientId = entity.ReadText(nameof(RefreshTokenFamily.ClientId)),
        ProofKeyThumbprint = entity.GetString(nameof(RefreshTokenFamily.ProofKeyThumbprint)),
        Scopes = entity.ReadTexts(nameof(RefreshTokenFamily.Scopes)),
        Audiences = entity.ContainsKey(nameof(RefreshTokenFamily.Audiences)) ? entity.ReadTexts(nameof(RefreshTokenFamily.Audiences)) : [],
        AuthenticatedAt = entity.ReadTime(nameof(RefreshTokenFamily.AuthenticatedAt)),
        AuthenticationMethods = entity.ContainsKey(nameof(RefreshTokenFamily.AuthenticationMethods)) ? entity.ReadTexts(nameof(RefreshTokenFamily.AuthenticationMethods)) : [],
        SessionsEndedAt = entity.GetDateTimeOffset(nameof(RefreshTokenFamily.SessionsEndedAt)),
        ExpiresAt = entity.ReadTime(nameof(RefreshTokenFamily.ExpiresAt)),
        IdleExpiresAt = entity.ReadTime(nameof(RefreshTokenFamily.IdleExpiresAt)),
        CurrentHash = entity.ReadBytes(nameof(RefreshTokenFamily.CurrentHash)),
        PreviousHash = entity.ReadBytes(nameof(RefreshTokenFamily.PreviousHash)),
        RotationSalt = entity.ReadBytes(nameof(RefreshTokenFamily.RotationSalt)),
        RotatedAt = entity.GetDateTimeOffset(nameof(RefreshTokenFamily.RotatedAt)),
        Repeats = entity.GetInt32(nameof(RefreshTokenFamily.Repeats)) ?? 0,
        EarlierRepeats = entity.GetInt32(nameof(RefreshTokenFamily.EarlierRepeats)) ?? 0,
        RevokedAt = entity.GetDateTimeOffset(nameof(RefreshTokenFamily.RevokedAt)),
        Network = entity.GetString(nameof(RefreshTokenFamily.Network)),
        UserAgent = entity.GetString(nameof(RefreshTokenFamily.UserAgent)),
        Version = EntityVersion.Of(entity.ETag),
    };
}
