using System.Collections.Immutable;

namespace Gatehouse.Protection;

/// <summary>Who calls: what a verified access token says (RFC 9068 §2.2).</summary>
internal sealed record Caller
{
    /// <summary><c>sub</c>: the user's id, or the client's for a client that calls on its own behalf.</summary>
    public required string Subject { get; init; }

    /// <summary><c>client_id</c>: the client that got the token.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>scope</c>: what the token allows.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary><c>jti</c>: names the token.</summary>
    public required string TokenId { get; init; }

    /// <summary><c>iat</c>: when it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>: when it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>sid</c>: the session of a person. Null for a client.</summary>
    public string? SessionId { get; init; }

    /// <summary><c>auth_time</c>: when the person signed in. Null for a client.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary><c>roles</c>: the person's roles when the token was issued. Empty for a client.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>
    /// <c>cnf.jkt</c>: the RFC 7638 thumbprint of the key that whoever sends the token must prove to hold (RFC 9449 §6.1).
    /// Null for a bearer token.
    /// </summary>
    public string? ProofKeyThumbprint { get; init; }
}
