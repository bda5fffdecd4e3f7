using System.Collections.Immutable;
using Gatehouse.Protection;

namespace Gatehouse.Tokens;

/// <summary>What an access token shall say.</summary>
internal sealed record AccessTokenRequest
{
    /// <summary><c>sub</c>.</summary>
    public required string Subject { get; init; }

    /// <summary><c>client_id</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary>The grant that it is issued for, for the metrics: <c>password</c>, <c>refresh_token</c> or <c>client_credentials</c>.</summary>
    public required string Grant { get; init; }

    /// <summary><c>scope</c>.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary><c>cnf.jkt</c>: the key that the token is bound to; null for a bearer token.</summary>
    public string? ProofKeyThumbprint { get; init; }

    /// <summary><c>sid</c>; null for a client on its own behalf.</summary>
    public string? SessionId { get; init; }

    /// <summary><c>auth_time</c>; null for a client on its own behalf.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>
    /// A time before the rights that it grants were read, and its <c>iat</c>: a revocation since then is one of this token
    /// too. Null for now.
    /// </summary>
    public DateTimeOffset? RightsReadAt { get; init; }

    /// <summary>The access tokens before it were revoked then; null when none were. <c>iat</c> is later.</summary>
    public DateTimeOffset? RevokedBefore { get; init; }

    /// <summary><c>roles</c>; default for a client on its own behalf.</summary>
    public ImmutableArray<string> Roles { get; init; }
}
