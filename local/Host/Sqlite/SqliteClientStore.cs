using Gatehouse.Storage;
using Gatehouse.Tokens.Clients;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Clients in SQLite.</summary>
internal sealed class SqliteClientStore(SqliteDatabase database) : IClientStore
{
    private static readonly SqliteTable<StoredClient> Clients = new(
        "clients",
        Read,
        ("id", static client => client.Id),
        ("content", static client => client.ToContent()));

    public Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken) => database.FindAsync(Clients, id, cancellationToken);

    public async Task<Page<StoredClient>> ListAsync(string? after, int size, CancellationToken cancellationToken)
    {
        // Not a column of the table above: a replaced client would lose its last use.
        var found = await database.QueryAsync(
            "SELECT id, content, version, last_used_at FROM clients WHERE id > @after ORDER BY id LIMIT @limit",
            [("@after", after ?? ""), ("@limit", size + 1)],
            static row => Read(row) with { LastUsedAt = row.ReadOptionalTime(3) },
            cancellationToken);
        return Page.Of(found, size, static client => client.Id);
    }

    public async Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken) =>
        await database.TryAddAsync(Clients, client, cancellationToken) is { } version ? client with { Version = version } : null;

    public async Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken) =>
        await database.TryReplaceAsync(Clients, client, client.Version!, cancellationToken) is { } version ? client with { Version = version } : null;

    public Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken) =>
        database.TryRemoveAsync(Clients, client.Id, client.Version!, cancellationToken);

    public async Task<DateTimeOffset?> FindLastUseAsync(string id, CancellationToken cancellationToken) =>
        (await database.QueryAsync("SELECT last_used_at FROM clients WHERE id = @id", [("@id", id)], static row => row.ReadOptionalTime(0), cancellationToken)).SingleOrDefault();

    public Task SetLastUseAsync(string id, DateTimeOffset usedAt, CancellationToken cancellationToken) =>
        database.ExecuteAsync("UPDATE clients SET last_used_at = @at WHERE id = @id", [("@at", usedAt), ("@id", id)], cancellationToken);

    private static StoredClient Read(SqliteDataReader row) => StoredClient.OfContent(row.GetString(1), row.GetString(2));
}
