namespace Gatehouse.Revocation;

/// <summary>The feed of revocations, which every instance writes to and reads from.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IRevocationStore
{
    /// <summary>Appends an entry. Every read that begins after the return sees it.</summary>
    Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken);

    /// <summary>Reads the entries after a cursor.</summary>
    /// <param name="cursor">The cursor of the previous page; null for the beginning.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken);

    /// <summary>Removes expired entries. A store may keep some of them, and may remove more than the limit at once.</summary>
    /// <returns>How many were removed; <paramref name="limit"/> or more when others may be left.</returns>
    Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>A revocation of access tokens that have not expired.</summary>
/// <param name="Kind">The kind of <paramref name="Id"/>.</param>
/// <param name="Id">A <c>sid</c>, <c>jti</c> or <c>sub</c>.</param>
/// <param name="RevokedAt">The time of the revocation.</param>
/// <param name="ExpiresAt">The time at which the last affected token has expired, after which the entry is not needed.</param>
internal sealed record RevocationEntry(RevocationKind Kind, string Id, DateTimeOffset RevokedAt, DateTimeOffset ExpiresAt);

/// <summary>The scope of a revocation.</summary>
internal enum RevocationKind
{
    /// <summary>Every access token of a session (<c>sid</c>).</summary>
    Session,

    /// <summary>One access token (<c>jti</c>).</summary>
    Token,

    /// <summary>Every access token of a subject (<c>sub</c>) that does not know the change of the subject at the time of the revocation.</summary>
    Subject,
}

/// <summary>A page of new entries of the feed.</summary>
/// <param name="Entries">The entries, in any order; some may repeat those of the previous page.</param>
/// <param name="Cursor">The position of the next page.</param>
/// <param name="HasMore">Whether more entries are available.</param>
internal sealed record RevocationPage(IReadOnlyList<RevocationEntry> Entries, string Cursor, bool HasMore);
