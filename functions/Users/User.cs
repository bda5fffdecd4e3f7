using System.Collections.Immutable;

namespace Gatehouse.Users;

/// <summary>A person who can sign in.</summary>
internal sealed record User
{
    private const int IdLength = 32;

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

    /// <summary>Where the user gets mail; null when no address is known.</summary>
    public EmailAddress? Email { get; init; }

    /// <summary>Whether a mailed code has shown that the user reads mail of <see cref="Email"/>.</summary>
    public bool IsEmailVerified { get; init; }

    /// <summary>The address that sets a new password, which no other user has; null without one.</summary>
    public EmailAddress? VerifiedEmail => IsEmailVerified ? Email : null;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the password is temporary, because another person has set it. Until it is changed, the user's tokens grant nothing.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>The end of a temporary password, from which it no longer signs in. Null for the user's own, and for that of the bootstrap secret.</summary>
    public DateTimeOffset? PasswordExpiresAt { get; init; }

    /// <summary>The networks of right and wrong passwords, for <see cref="Lockout"/>.</summary>
    public SignInHistory SignIns { get; init; } = SignInHistory.Empty;

    /// <summary>What the user has beside the password.</summary>
    public Factors Factors { get; init; } = Factors.None;

    /// <summary>
    /// The last change that revoked the user's access tokens, in whole seconds; each is later than the one before. Tokens that
    /// name it as their <c>updated_at</c> know the change and stay valid. No clock decides, because those of instances differ.
    /// </summary>
    public DateTimeOffset? TokensRevokedAt { get; init; }

    /// <summary>
    /// The last change that ended the user's sessions; null when there was none. A session remembers the one that it followed,
    /// and ends with the next.
    /// </summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>Whether a text has the form of an <see cref="Id"/>: 32 lower-case hex digits.</summary>
    public static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Opaque; changes with every write and makes the next one conditional. Null until stored.</summary>
    public string? Version { get; init; }

    // A record prints its members; the password hash must not get into a log.
    public override string ToString() => Id;
}

/// <summary>A user to add.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Roles">The names of the roles.</param>
/// <param name="IsEnabled">Whether the user may sign in.</param>
/// <param name="Email">Where the user gets mail; null when no address is known.</param>
internal sealed record NewUser(UserName Name, ImmutableArray<string> Roles, bool IsEnabled, EmailAddress? Email = null);
