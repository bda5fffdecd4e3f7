using Gatehouse.Storage;

namespace Gatehouse.Tokens.Clients;

/// <summary>The store of clients. Every write of a client is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IClientStore
{
    /// <summary>A point read, without <see cref="StoredClient.LastUsedAt"/>. Null when there is no such client.</summary>
    Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Clients in an order of the store's own, with <see cref="StoredClient.LastUsedAt"/>.</summary>
    /// <param name="after">The id of the last client of the page before; null for the first page.</param>
    /// <param name="size">The most clients of the page, 1 to 100.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<Page<StoredClient>> ListAsync(string? after, int size, CancellationToken cancellationToken);

    /// <summary>Adds a client. Null when another one has the id.</summary>
    /// <returns>The client with its first <see cref="StoredClient.Version"/>.</returns>
    Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken);

    /// <summary>Replaces a client if its version is still <see cref="StoredClient.Version"/>. Null when it was changed or removed.</summary>
    /// <returns>The client with its new <see cref="StoredClient.Version"/>.</returns>
    Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken);

    /// <summary>Removes a client if its version is still <see cref="StoredClient.Version"/>. False when it was changed or removed.</summary>
    Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken);

    /// <summary>When a client was last used; null when it was not. A time before <see cref="StoredClient.CreatedAt"/> may be that of an earlier client of the id.</summary>
    Task<DateTimeOffset?> FindLastUseAsync(string id, CancellationToken cancellationToken);

    /// <summary>Writes when a client was last used. The version of the client stays.</summary>
    Task SetLastUseAsync(string id, DateTimeOffset usedAt, CancellationToken cancellationToken);
}
