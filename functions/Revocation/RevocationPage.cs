namespace Gatehouse.Revocation;

/// <summary>What is new in the feed.</summary>
/// <param name="Entries">The entries, in any order; some may have been in the page before.</param>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="HasMore">Whether there is more already.</param>
internal sealed record RevocationPage(IReadOnlyList<RevocationEntry> Entries, string Cursor, bool HasMore);
