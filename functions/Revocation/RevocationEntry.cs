namespace Gatehouse.Revocation;

/// <summary>Access tokens that are refused though they have not ended.</summary>
/// <param name="Kind">What <paramref name="Id"/> is.</param>
/// <param name="Id">A <c>sid</c>, <c>jti</c> or <c>sub</c>.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="ExpiresAt">When the last token that it concerns has ended; after that nobody needs it.</param>
/// <param name="ExceptSession">For a subject: the one session that goes on.</param>
internal sealed record RevocationEntry(RevocationKind Kind, string Id, DateTimeOffset RevokedAt, DateTimeOffset ExpiresAt, string? ExceptSession = null);
