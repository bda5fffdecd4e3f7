namespace Gatehouse.Tokens;

/// <summary>The store of refresh-token families.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IRefreshTokenStore
{
    /// <summary>Adds a family. Its id is random and new.</summary>
    Task AddAsync(RefreshTokenFamily family, CancellationToken cancellationToken);

    /// <summary>A point read. Null when there is no such family.</summary>
    Task<RefreshTokenFamily?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a family if its version is still <see cref="RefreshTokenFamily.Version"/>. False when it was changed
    /// or removed. This condition makes exactly one of many concurrent redemptions the first.
    /// </summary>
    Task<bool> TryReplaceAsync(RefreshTokenFamily family, CancellationToken cancellationToken);

    /// <summary>The ids of a user's families, without the unlisted ones. Some may have ended; those of versions without this list are missing.</summary>
    /// <param name="subject">The <see cref="RefreshTokenFamily.Subject"/>.</param>
    /// <param name="limit">The most ids.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<string>> ListAsync(string subject, int limit, CancellationToken cancellationToken);

    /// <summary>Takes a family that has ended from the list of its user.</summary>
    Task UnlistAsync(string subject, string id, CancellationToken cancellationToken);

    /// <summary>Removes up to <paramref name="limit"/> families whose <see cref="RefreshTokenFamily.ExpiresAt"/> has passed.</summary>
    /// <returns>How many were removed.</returns>
    Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
