using System.Collections.Immutable;

namespace Gatehouse.Users;

/// <summary>A person who can sign in.</summary>
internal sealed record User
{
    /// <summary>The <c>sub</c> of the user's tokens: random, and never used again, not even after a removal.</summary>
    public required string Id { get; init; }

    /// <summary>The name that the user signs in with. It never changes.</summary>
    public required UserName Name { get; init; }

    /// <summary>The hash from <see cref="PasswordHashing"/>; it includes the algorithm and the cost.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>The names of the user's roles, of <c>Authorization:Roles</c>.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary>A disabled user can neither sign in nor refresh a token.</summary>
    public bool IsEnabled { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the password is that of the bootstrap secret. Until it is changed, the user's tokens grant nothing.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>The number of wrong passwords since the last right one.</summary>
    public int FailedSignIns { get; init; }

    /// <summary>
    /// The end of the lockout, until which every password is refused. Null when the user was never locked out, or has
    /// signed in since.
    /// </summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>
    /// The time up to which the user's access tokens are revoked, slightly after the write that caused it. A new
    /// token is dated at least to the next second, or it would count as revoked too.
    /// </summary>
    public DateTimeOffset? TokensRevokedAt { get; init; }

    /// <summary>
    /// The time up to which the user's sessions have ended, slightly after the write that ended them; null when none
    /// was ended this way.
    /// </summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>The one session that <see cref="SessionsEndedAt"/> does not end.</summary>
    public string? KeptSessionId { get; init; }

    /// <summary>Opaque; changes with every write and makes the next one conditional. Null until stored.</summary>
    public string? Version { get; init; }

    // A record prints its members; the password hash must not get into a log.
    public override string ToString() => Id;

    public bool IsLockedOut(DateTimeOffset now) => now < LockedUntil;

    /// <summary>Whether a session of the user continues.</summary>
    public bool Keeps(string sessionId, DateTimeOffset beganAt) => !(beganAt <= SessionsEndedAt) || sessionId == KeptSessionId;
}
