using Gatehouse.Tokens.Clients;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Clients in SQLite.</summary>
internal sealed class SqliteClientStore(SqliteDatabase database) : IClientStore
{
    private static readonly SqliteTable Clients = new("clients", "id", "content", "version");

    public Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.FindAsync(Clients.Find, [("@id", id)], Read, cancellationToken);

    public async Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken)
    {
        var stored = client with { Version = SqliteValues.CreateRowVersion() };
        return await WriteAsync(Clients.Insert + " ON CONFLICT DO NOTHING", stored, expected: null, cancellationToken) == 1 ? stored : null;
    }

    public async Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken)
    {
        var stored = client with { Version = SqliteValues.CreateRowVersion() };
        return await WriteAsync(Clients.Replace, stored, client.Version, cancellationToken) == 1 ? stored : null;
    }

    public async Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(Clients.Remove, [("@id", client.Id), ("@expected", client.Version)], cancellationToken) == 1;

    private static StoredClient Read(SqliteDataReader row) => StoredClient.OfContent(row.GetString(1), row.GetString(2));

    private Task<int> WriteAsync(string sql, StoredClient client, string? expected, CancellationToken cancellationToken) => database.ExecuteAsync(
        sql,
        [("@id", client.Id), ("@content", client.ToContent()), ("@version", client.Version), ("@expected", expected)],
        cancellationToken);
}
