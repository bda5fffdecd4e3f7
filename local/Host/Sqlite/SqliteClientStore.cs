using Gatehouse.Tokens.Clients;

namespace Gatehouse.Local.Sqlite;

/// <summary>Clients in SQLite.</summary>
internal sealed class SqliteClientStore(SqliteDatabase database) : IClientStore
{
    private static readonly SqliteTable<StoredClient> Clients = new(
        "clients",
        static row => StoredClient.OfContent(row.GetString(1), row.GetString(2)),
        ("id", static client => client.Id),
        ("content", static client => client.ToContent()));

    public Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken) => database.FindAsync(Clients, id, cancellationToken);

    public async Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken) =>
        await database.TryAddAsync(Clients, client, cancellationToken) is { } version ? client with { Version = version } : null;

    public async Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken) =>
        await database.TryReplaceAsync(Clients, client, client.Version!, cancellationToken) is { } version ? client with { Version = version } : null;

    public Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken) =>
        database.TryRemoveAsync(Clients, client.Id, client.Version!, cancellationToken);
}
