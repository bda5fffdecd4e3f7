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

/// <summary>Access tokens that are refused though they have not ended.</summary>
/// <param name="Kind">What <paramref name="Id"/> is.</param>
/// <param name="Id">A <c>sid</c>, <c>jti</c> or <c>sub</c>.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="ExpiresAt">When the last token that it concerns has ended; after that nobody needs it.</param>
/// <param name="ExceptSession">For a subject: the one session that goes on.</param>
internal sealed record RevocationEntry(RevocationKind Kind, string Id, DateTimeOffset RevokedAt, DateTimeOffset ExpiresAt, string? ExceptSession = null);

/// <summary>What a revocation is of.</summary>
internal enum RevocationKind
{
    /// <summary>Every access token of a session (<c>sid</c>).</summary>
    Session,

    /// <summary>One access token (<c>jti</c>).</summary>
    Token,

    /// <summary>Every access token of a subject (<c>sub</c>) that was issued before the revocation.</summary>
    Subject,
}

/// <summary>What is new in the feed.</summary>
/// <param name="Entries">The entries, in any order; some may have been in the page before.</param>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="HasMore">Whether there is more already.</param>
internal sealed record RevocationPage(IReadOnlyList<RevocationEntry> Entries, string Cursor, bool HasMore);
