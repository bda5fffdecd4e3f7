using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection;

/// <summary>Who calls: what a verified access token says (RFC 9068 §2.2).</summary>
internal sealed record Caller
{
    /// <summary>
    /// <c>iss</c> of the trusted issuer that the token comes from; null for Gatehouse's own tokens. Subjects, clients and
    /// token ids of different issuers have nothing to do with each other, even if they read the same.
    /// </summary>
    public string? TrustedIssuer { get; init; }

    /// <summary><c>sub</c>: the user's id, or the client's for a client that calls on its own behalf.</summary>
    public required string Subject { get; init; }

    /// <summary><c>client_id</c>: the client that got the token.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>scope</c>: what the token allows.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>The subject, with the issuer before it unless it is Gatehouse: never two for the same text. For logs and the audit.</summary>
    public string QualifiedSubject => TrustedIssuer is null ? Subject : $"{TrustedIssuer}#{Subject}";

    /// <summary><c>jti</c>: names the token. Empty for a trusted issuer that gives its tokens none.</summary>
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

internal static class CallerExtensions
{
    /// <summary>Who calls. Only for functions that are not open to anonymous callers.</summary>
    /// <exception cref="InvalidOperationException">The function lets anonymous callers in, so there may be no token.</exception>
    public static Caller GetCaller(this FunctionContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.FunctionDefinition.Name} lets anonymous callers in; only a function with [Authorize] has a caller.");
}
