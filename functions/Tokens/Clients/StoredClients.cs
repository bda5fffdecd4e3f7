using System.Buffers.Text;
using System.Collections.Concurrent;
using Gatehouse.Protection;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens.Clients;

/// <summary>
/// The stored clients, as the token endpoint knows them, with what must outlive a request: the keys that were read from a client's
/// URL, and the tokens of its workload that were used.
/// </summary>
internal sealed class StoredClients(IClientStore store, ClientKeyDownload download, FederatedIdentities identities, TimeProvider time, ILogger<StoredClients> logger)
{
    /// <summary>How often an instance writes that a client is in use.</summary>
    public static readonly TimeSpan UseInterval = TimeSpan.FromHours(1);

    // One entry for each existing client that has authenticated here.
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Null for an unknown id.</summary>
    /// <exception cref="StorageUnavailableException">The storage can't be reached.</exception>
    public async ValueTask<Client?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        if (await store.FindAsync(id, cancellationToken) is not { } client)
        {
            _entries.TryRemove(id, out _);
            return null;
        }

        var entry = _entries.AddOrUpdate(id, (_, client) => CreateEntry(client, null), (_, known, client) => known.Source.Version == client.Version ? known : CreateEntry(client, known), client);
        return new Client(id, ScopeSet.From(client.Scopes), _ => ValueTask.FromResult(entry.Secrets))
        {
            Keys = entry.Keys,
            Federated = entry.Federated,
            RequiresProof = client.RequiresProof,
            AccessTokenLifetime = client.AccessTokenLifetime,
            ReadAt = readAt,
            TokensRevokedAt = client.TokensRevokedAt,
        };
    }

    /// <summary>Writes that a client is in use, at most once in <see cref="UseInterval"/> for each instance. The request never fails for it.</summary>
    public async ValueTask NoteUseAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_entries.TryGetValue(id, out var entry) || !entry.Use.TryBegin(now))
        {
            return;
        }

        try
        {
            await store.SetLastUseAsync(id, now, cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            logger.LastUseNotWritten(exception, id);
        }
    }

    private Entry CreateEntry(StoredClient client, Entry? known) => new(
        client,
        client.Secrets.ToDictionary(static secret => secret.Id, static secret => Base64Url.DecodeFromChars(secret.Hash)),
        client.JwksUri is { } url ? (known?.Source.JwksUri == url ? known.Keys : download.CreateKeys(url, client.Id, time, logger))
            : client.Jwks is { } set ? new ClientKeys(ClientKeySet.Parse(set))
            : null,
        client.Federated is { } identity ? (identity.Equals(known?.Source.Federated) ? known.Federated : identities.Create(identity.ToOptions())) : null,
        known?.Source.CreatedAt == client.CreatedAt ? known.Use : new LastUse());

    private sealed record Entry(StoredClient Source, IReadOnlyDictionary<string, byte[]> Secrets, ClientKeys? Keys, FederatedIdentity? Federated, LastUse Use);

    private sealed class LastUse
    {
        private long _writtenAt;

        /// <summary>Whether it is time to write again. Of concurrent requests one gets true.</summary>
        public bool TryBegin(DateTimeOffset now)
        {
            var writtenAt = Interlocked.Read(ref _writtenAt);
            return now.UtcTicks - writtenAt >= UseInterval.Ticks && Interlocked.CompareExchange(ref _writtenAt, now.UtcTicks, writtenAt) == writtenAt;
        }
    }
}
