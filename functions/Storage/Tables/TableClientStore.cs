using Azure.Data.Tables;
using Gatehouse.Tokens.Clients;

namespace Gatehouse.Storage.Tables;

/// <summary>Stores clients, each in a partition of its own.</summary>
internal sealed class TableClientStore(Table table) : IClientStore
{
    private const string Row = "client";
    private const string Content = "Content";

    public Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken) =>
        table.FindAsync(TableKey.Of(id), Row, static entity => StoredClient.OfContent(entity.ReadText(Content), EntityVersion.Of(entity.ETag)), cancellationToken);

    public async Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken) =>
        await table.TryAddAsync(Write(client), cancellationToken) is { } version ? client with { Version = version } : null;

    public async Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken) =>
        await table.TryReplaceAsync(Write(client), client.Version!, cancellationToken) is { } version ? client with { Version = version } : null;

    public Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken) =>
        table.TryRemoveAsync([new TableEntity(TableKey.Of(client.Id), Row)], client.Version, cancellationToken);

    private static TableEntity Write(StoredClient client) => new(TableKey.Of(client.Id), Row) { [Content] = client.ToContent() };
}
