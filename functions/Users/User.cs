using System.Collections.Immutable;

namespace Gatehouse.Users;

/// <summary>A person who can sign in.</summary>
internal sealed record User
{
    /// <summary>The <c>sub</c> of the person's tokens: random, never given to anybody else, not even after a removal.</summary>
    public required string Id { get; init; }

    /// <summary>The name the person signs in with. It does not change.</summary>
    public required UserName Name { get; init; }

    /// <summary>Written by <see cref="PasswordHashing"/>; algorithm and cost are part of it.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>Names of roles in <c>Authorization:Roles</c>.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary>A disabled user can neither sign in nor refresh a token.</summary>
    public bool IsEnabled { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the password is that of the bootstrap secret: until it is changed, the user's tokens grant nothing.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int FailedSignIns { get; init; }

    /// <summary>Until then no password is right. Null when the user was never locked out, or has signed in since.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>
    /// Up to when the user's access tokens are revoked: a moment after the last write that is a reason to. A token is dated
    /// to the second after it at the earliest, or it would count as one of those before.
    /// </summary>
    public DateTimeOffset? TokensRevokedAt { get; init; }

    /// <summary>Sessions that began up to this time are over, a moment after the write that ended them; null when none was ended that way.</summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>The one session that <see cref="SessionsEndedAt"/> left alone.</summary>
    public string? KeptSessionId { get; init; }

    /// <summary>Opaque; changes with every write and makes the next one conditional. Null until stored.</summary>
    public string? Version { get; init; }

    // A record prints its members, the hash among them; it must not end in a log.
    public override string ToString() => Id;

    public bool IsLockedOut(DateTimeOffset now) => now < LockedUntil;

    /// <summary>Whether a session of the user may go on.</summary>
    public bool Keeps(string sessionId, DateTimeOffset beganAt) => !(beganAt <= SessionsEndedAt) || sessionId == KeptSessionId;
}
