using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection;

/// <summary>The caller, as a verified access token describes it (RFC 9068 §2.2).</summary>
public sealed record Caller
{
    /// <summary>
    /// <c>iss</c> of the trusted issuer that issued the token; null for Gatehouse's own tokens. Equal subjects,
    /// clients and token ids of different issuers are unrelated.
    /// </summary>
    public string? TrustedIssuer { get; init; }

    /// <summary><c>sub</c>: the user's id, or the client's for a client that calls on its own behalf.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// Whether the token has no <c>sub</c>, so that <see cref="Subject"/> is the client. A user of the same issuer may have an
    /// equal <c>sub</c>: store data of callers under <see cref="QualifiedSubject"/>.
    /// </summary>
    public bool SubjectIsClient { get; init; }

    /// <summary><c>client_id</c>: the client that got the token.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>scope</c>: what the token allows.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>
    /// The subject, prefixed with its issuer unless that is Gatehouse, and with <c>client:</c> if it is the client of a token
    /// without <c>sub</c>, so that no two subjects share a string. For logs, the audit, and as the key of a caller's data.
    /// </summary>
    public string QualifiedSubject => TrustedIssuer is null ? Subject : $"{(SubjectIsClient ? "client:" : "")}{TrustedIssuer}#{Subject}";

    /// <summary><c>jti</c>: the id of the token. Empty for a trusted issuer whose tokens have none.</summary>
    public required string TokenId { get; init; }

    /// <summary><c>iat</c>: when it was issued. The earliest possible time, by the issuer's longest lifetime, for a trusted issuer whose tokens do not say.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>: when it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>sid</c>: the session of a person. Null for a client.</summary>
    public string? SessionId { get; init; }

    /// <summary><c>auth_time</c>: when the person signed in. Null for a client.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>
    /// <c>amr</c>: how the person signed in, by the values of RFC 8176 §2, such as <c>pwd</c>, <c>otp</c> and <c>mfa</c>. Empty for a
    /// client, and when the token does not say.
    /// </summary>
    public ImmutableArray<string> AuthenticationMethods { get; init; } = [];

    /// <summary><c>acr</c>: the class of the sign-in (OpenID Connect Core §2). Null when the token does not say.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary><c>roles</c>: the person's roles when the token was issued. Empty for a client.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>
    /// <c>updated_at</c> (OpenID Connect Core §5.1): the last change of the person's rights that the issuer knew, in whole
    /// seconds. Null when there was none.
    /// </summary>
    internal DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>
    /// <c>password_change_required</c>: whether the token grants nothing until the person changes a temporary password.
    /// </summary>
    internal bool MustChangePassword { get; init; }

    /// <summary>
    /// <c>second_factor_required</c>: whether the token grants nothing until the person adds a second factor.
    /// </summary>
    internal bool MustAddFactor { get; init; }

    /// <summary>
    /// <c>cnf.jkt</c>: the RFC 7638 thumbprint of the key that the sender must prove to hold (RFC 9449 §6.1). Null
    /// for a bearer token.
    /// </summary>
    public string? ProofKeyThumbprint { get; init; }
}

/// <summary>Gives functions their caller.</summary>
public static class CallerExtensions
{
    /// <summary>The caller of a function with <c>[Authorize]</c>.</summary>
    /// <param name="context">The context of the invocation.</param>
    /// <exception cref="InvalidOperationException">The function lets anonymous callers in, so there may be no token.</exception>
    public static Caller GetCaller(this FunctionContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.FunctionDefinition.Name} lets anonymous callers in, so it has no caller. Put [Authorize] on it.");

    /// <summary>The caller of a function; null when the function lets anonymous callers in.</summary>
    /// <param name="context">The context of the invocation.</param>
    public static Caller? FindCaller(this FunctionContext context) => context.Features.Get<Caller>();
}
