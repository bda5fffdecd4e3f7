using Gatehouse.Storage;

namespace Gatehouse.Users;

/// <summary>The store of users. Every write is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IUserStore
{
    /// <summary>A point read. Null when there is no such user.</summary>
    Task<User?> FindAsync(UserName name, CancellationToken cancellationToken);

    /// <summary>Finds the user with a <see cref="User.Id"/>. Null when there is no such user.</summary>
    Task<User?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>Finds the user with a <see cref="User.VerifiedEmail"/>. Null when there is no such user.</summary>
    Task<User?> FindByEmailAsync(EmailAddress email, CancellationToken cancellationToken);

    /// <summary>
    /// Reads one page, in the order of <see cref="UserName.Key"/>. A page may have fewer users than the query asks for, even none,
    /// when some were being removed.
    /// </summary>
    Task<Page<User>> ListAsync(UserQuery query, CancellationToken cancellationToken);

    /// <summary>Adds a user. Null when another user has the name.</summary>
    /// <returns>The user with its first <see cref="User.Version"/>.</returns>
    /// <exception cref="EmailTakenException">Another user has the <see cref="User.VerifiedEmail"/>.</exception>
    Task<User?> TryAddAsync(User user, CancellationToken cancellationToken);

    /// <summary>Replaces a user if its version is still <see cref="User.Version"/>. Null when it was changed or removed.</summary>
    /// <returns>The user with its new <see cref="User.Version"/>.</returns>
    /// <exception cref="EmailTakenException">Another user has the <see cref="User.VerifiedEmail"/>.</exception>
    Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a write that costs as much as <see cref="TryReplaceAsync"/> but changes no user. Without it, timing
    /// would tell a failed sign-in that writes nothing from one that counts a wrong password.
    /// </summary>
    Task WriteForNobodyAsync(CancellationToken cancellationToken);

    /// <summary>Removes a user if its version is still <see cref="User.Version"/>. False when it was changed or removed.</summary>
    Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken);

    /// <summary>
    /// Whether there is an enabled user with at least one of the roles, whose password has not expired. Not for hot paths: it may read
    /// every user.
    /// </summary>
    /// <param name="roles">The roles.</param>
    /// <param name="exceptId">The <see cref="User.Id"/> of a user to ignore; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken);
}

/// <summary>One page of users.</summary>
/// <param name="PageSize">The most users of the page.</param>
/// <param name="After">The <see cref="Page{T}.Next"/> of the page before; null for the first page.</param>
/// <param name="Prefix">The beginning of each <see cref="UserName.Key"/>; empty for all users.</param>
internal sealed record UserQuery(int PageSize, string? After, string Prefix);
