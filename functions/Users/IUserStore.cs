namespace Gatehouse.Users;

/// <summary>Where users are kept. Every write is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IUserStore
{
    /// <summary>A point read. Null when there is no such user.</summary>
    Task<User?> FindAsync(UserName name, CancellationToken cancellationToken);

    /// <summary>Adds a user. Null when the name is taken.</summary>
    /// <returns>The user with its first <see cref="User.Version"/>.</returns>
    Task<User?> TryAddAsync(User user, CancellationToken cancellationToken);

    /// <summary>Replaces a user as long as nobody changed it since <see cref="User.Version"/>. Null when somebody did, or it is gone.</summary>
    /// <returns>The user with its new <see cref="User.Version"/>.</returns>
    Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken);

    /// <summary>
    /// A write that costs what <see cref="TryReplaceAsync"/> costs, and that no user is changed by: a sign-in that fails
    /// without anything to write would be told by its time from one that counts a wrong password.
    /// </summary>
    Task WriteForNobodyAsync(CancellationToken cancellationToken);

    /// <summary>Removes a user as long as nobody changed it since <see cref="User.Version"/>. False when somebody did, or it is gone.</summary>
    Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken);

    /// <summary>Whether there is an enabled user with at least one of the roles. Not on a hot path: it may read every user.</summary>
    /// <param name="roles">The roles.</param>
    /// <param name="exceptId">The <see cref="User.Id"/> of one who does not count; null when all do.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken);
}
