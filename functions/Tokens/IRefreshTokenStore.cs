namespace Gatehouse.Tokens;

/// <summary>Where refresh-token families are kept.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IRefreshTokenStore
{
    /// <summary>Adds a family. Its id is random and new.</summary>
    Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken);

    /// <summary>A point read. Null when there is no such family.</summary>
    Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a family as long as nobody changed it since <see cref="RefreshTokenFamily.Version"/>. False when somebody
    /// did, or it is gone: this is what makes exactly one of many concurrent redemptions the first.
    /// </summary>
    Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken);

    /// <summary>Removes up to <paramref name="limit"/> families whose <see cref="RefreshTokenFamily.ExpiresAt"/> is past.</summary>
    /// <returns>How many were removed.</returns>
    Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
