namespace Gatehouse.Tokens.Clients;

/// <summary>The store of clients. Every write is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IClientStore
{
    /// <summary>A point read. Null when there is no such client.</summary>
    Task<StoredClient?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a client. Null when another one has the id.</summary>
    /// <returns>The client with its first <see cref="StoredClient.Version"/>.</returns>
    Task<StoredClient?> TryAddAsync(StoredClient client, CancellationToken cancellationToken);

    /// <summary>Replaces a client if its version is still <see cref="StoredClient.Version"/>. Null when it was changed or removed.</summary>
    /// <returns>The client with its new <see cref="StoredClient.Version"/>.</returns>
    Task<StoredClient?> TryReplaceAsync(StoredClient client, CancellationToken cancellationToken);

    /// <summary>Removes a client if its version is still <see cref="StoredClient.Version"/>. False when it was changed or removed.</summary>
    Task<bool> TryRemoveAsync(StoredClient client, CancellationToken cancellationToken);
}
