namespace Gatehouse.Revocation;

/// <summary>The feed of revocations, which every instance writes to and reads from.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IRevocationStore
{
    /// <summary>Appends an entry. On return every reader that begins after it will see it.</summary>
    Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken);

    /// <summary>Reads what came after a cursor.</summary>
    /// <param name="cursor">Of the page before; null for the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken);

    /// <summary>Removes up to <paramref name="limit"/> entries that are no longer needed.</summary>
    /// <returns>How many were removed.</returns>
    Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
