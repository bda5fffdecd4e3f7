using Azure.Data.Tables;
using Gatehouse.Tokens.Clients;

namespace Gatehouse.Storage.Tables;

/// <summary>Stores clients, each in a partition of its own, with the time of its last use beside it.</summary>
internal sealed class TableClientStore(Table table) : IClientStore, IBackedUpTable
{
    private const string Row = "client";
    private const string UseRow = "use";
    private const string Content = "Content";
    private const string UsedAt = "UsedAt";

    public string Name => "Clients";

    public string? Filter => null;

    public Task RestoreAsync(TableEntity entity, CancellationToken cancellationToken) => table.SetAsync(entity, cancellationToken);

    public Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken) => table.FindAsync(TableKey.Of(id), Row, Read, cancellationToken);

    public async Task<Page<StoredClient>> ListAsync(string? after, int size, CancellationToken cancellationToken)
    {
        var start = after is null ? "" : TableKey.Of(after);
        var page = await table.ListAsync(
            TableClient.CreateQueryFilter($"PartitionKey gt {start} and RowKey eq {Row}"), size, Read, static client => client.Id, cancellationToken);
        return page.Items is [var first, ..] ? page with { Items = await WithUsesAsync(page.Items, first, page.Items[^1], cancellationToken) } : page;
    }

    public async Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken) =>
        await table.TryAddAsync(Write(client), cancellationToken) is { } version ? client with { Version = version } : null;

    public async Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken) =>
        await table.TryReplaceAsync(Write(client), client.Version!, cancellationToken) is { } version ? client with { Version = version } : null;

    public async Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken)
    {
        // Not in one transaction: that fails for a client that was never used.
        await table.TryRemoveAsync([new TableEntity(TableKey.Of(client.Id), UseRow)], version: null, cancellationToken);
        return await table.TryRemoveAsync([new TableEntity(TableKey.Of(client.Id), Row)], client.Version, cancellationToken);
    }

    public async Task<DateTimeOffset?> FindLastUseAsync(string id, CancellationToken cancellationToken) =>
        (await table.FindAsync(TableKey.Of(id), UseRow, cancellationToken))?.ReadTime(UsedAt);

    public Task SetLastUseAsync(string id, DateTimeOffset usedAt, CancellationToken cancellationToken) =>
        table.SetAsync(new TableEntity(TableKey.Of(id), UseRow) { [UsedAt] = usedAt }, cancellationToken);

    private static StoredClient Read(TableEntity entity) => StoredClient.OfContent(entity.ReadText(Content), EntityVersion.Of(entity.ETag));

    private static TableEntity Write(StoredClient client) => new(TableKey.Of(client.Id), Row) { [Content] = client.ToContent() };

    // The keys are in order, so one query finds the uses of a page.
    private async Task<IReadOnlyList<StoredClient>> WithUsesAsync(IReadOnlyList<StoredClient> clients, StoredClient first, StoredClient last, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {TableKey.Of(first.Id)} and PartitionKey le {TableKey.Of(last.Id)} and RowKey eq {UseRow}");
        var uses = (await table.QueryAsync(filter, Table.MaxPageSize, cancellationToken)).Entities
            .ToDictionary(static use => use.PartitionKey, static use => use.ReadTime(UsedAt), StringComparer.Ordinal);
        return [.. clients.Select(client => client with { LastUsedAt = uses.TryGetValue(TableKey.Of(client.Id), out var usedAt) ? usedAt : null })];
    }
}
