using System.Collections.Immutable;
using Gatehouse.Users;

namespace Gatehouse.Tokens;

/// <summary>
/// A session: all refresh tokens that descend from one authentication. Only the latest may be redeemed, so the family
/// is one record with the hashes of the latest token and of the one before it.
/// </summary>
internal sealed record RefreshTokenFamily
{
    /// <summary>
    /// The <c>sid</c> of the family's access tokens. A hash of the part of a refresh token before the dot. So an
    /// attacker who has only seen an access token can't forge a refresh token of its session to have the session
    /// revoked for reuse.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The <c>sub</c> of the tokens.</summary>
    public required string Subject { get; init; }

    /// <summary>The <see cref="UserName.Value"/> of the user, who is read again at each refresh.</summary>
    public required string UserName { get; init; }

    /// <summary>The client that the tokens were issued to (RFC 6749 §6: a refresh token is bound to it).</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// The RFC 7638 thumbprint of the key that a client must prove to hold when it redeems a token: refresh tokens of
    /// a public client are bound too (RFC 9449 §5). Null for a session that began without a proof.
    /// </summary>
    public string? ProofKeyThumbprint { get; init; }

    /// <summary>The scopes granted at the authentication. A refresh may narrow them, never widen them.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>The audiences granted at the authentication; empty for this API alone. A refresh may narrow them, never widen them.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The time of the authentication: the <c>auth_time</c> of the access tokens.</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The methods of the authentication: the <c>amr</c> of the access tokens. Empty for a session that an older version began.</summary>
    public ImmutableArray<string> AuthenticationMethods { get; init; } = [];

    /// <summary>
    /// The <see cref="User.SessionsEndedAt"/> of the user at the authentication. When the user has a later one, this session has
    /// ended.
    /// </summary>
    public DateTimeOffset? SessionsEndedAt { get; init; }

    /// <summary>The end of the session, however often it is refreshed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The end of the session unless it is refreshed before; each refresh moves it.</summary>
    public required DateTimeOffset IdleExpiresAt { get; init; }

    /// <summary>The SHA-256 of the secret of the one token that may be redeemed.</summary>
    public required ImmutableArray<byte> CurrentHash { get; init; }

    /// <summary>The SHA-256 of the secret of the token that was redeemed last. Empty before the first refresh.</summary>
    public ImmutableArray<byte> PreviousHash { get; init; } = [];

    /// <summary>
    /// The salt that derives the current secret from the previous one, so that a repeated redemption within the
    /// leeway gets the same answer.
    /// </summary>
    public ImmutableArray<byte> RotationSalt { get; init; } = [];

    /// <summary>When the previous token was redeemed.</summary>
    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>How often the previous token was redeemed again since.</summary>
    public int Repeats { get; init; }

    /// <summary>
    /// The sum of <see cref="Repeats"/> of the tokens before the previous one, back to one that was redeemed once only: a thief
    /// who redeems each token along with its owner makes it grow.
    /// </summary>
    public int EarlierRepeats { get; init; }

    /// <summary>The network from which the session was used last, such as <c>203.0.113.0/24</c>; null when it is unknown.</summary>
    public string? Network { get; init; }

    /// <summary>The <c>User-Agent</c> with which the session was used last; null when it sent none.</summary>
    public string? UserAgent { get; init; }

    /// <summary>When the session was used last: its last refresh, or its begin.</summary>
    public DateTimeOffset LastUsedAt => RotatedAt ?? AuthenticatedAt;

    /// <summary>When the family was revoked. Null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Opaque; changes with every write and makes the next one conditional. Null until stored.</summary>
    public string? Version { get; init; }
}
