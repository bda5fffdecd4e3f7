using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tokens;

/// <summary>Issues access tokens: JSON Web Tokens according to RFC 9068, signed with the active key.</summary>
internal sealed class AccessTokenIssuer(KeyRing keys, TimeProvider time, IOptions<TokensOptions> options, IMeterFactory meters)
{
    /// <summary>The name of the metric for issued access tokens.</summary>
    public const string IssuedMetric = "gatehouse.tokens.issued";

    private const int TokenIdBytes = 16;

    private readonly Counter<long> _issued = meters.Create(MetricNames.Meter).CreateCounter<long>(IssuedMetric, "{token}", "Access tokens issued, by grant.");
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <returns>The token in compact form.</returns>
    /// <exception cref="KeysUnavailableException">There is no active key, or its source is unavailable.</exception>
    public async ValueTask<string> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        using var span = Tracing.Source.StartActivity("token issuing");
        var key = await keys.GetActiveKeyAsync(cancellationToken);
        var issuedAt = request.RightsReadAt ?? time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["sub"] = request.Subject,
            ["client_id"] = request.ClientId,
            ["scope"] = request.Scopes.Text,
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),

            // RFC 7519 §4.1.3: a string for one audience.
            ["aud"] = request.Audiences is [var audience] ? audience : (object)request.Audiences.ToArray(),
        };
        if (request.ProofKeyThumbprint is { } thumbprint)
        {
            // RFC 9449 §6.1.
            claims.Add("cnf", new Dictionary<string, object> { ["jkt"] = thumbprint });
        }

        if (request.SessionId is { } session)
        {
            claims.Add("sid", session);
        }

        if (request.AuthenticatedAt is { } authenticatedAt)
        {
            claims.Add("auth_time", authenticatedAt.ToUnixTimeSeconds());
        }

        if (!request.AuthenticationMethods.IsEmpty)
        {
            claims.Add("amr", request.AuthenticationMethods.ToArray());
        }

        if (AuthenticationEvent.FindContext(request.AuthenticationMethods) is { } context)
        {
            claims.Add("acr", context);
        }

        if (request.UpdatedAt is { } updatedAt)
        {
            claims.Add("updated_at", updatedAt.ToUnixTimeSeconds());
        }

        if (request.MustChangePassword)
        {
            claims.Add("password_change_required", true);
        }

        if (request.MustAddFactor)
        {
            claims.Add("second_factor_required", true);
        }

        if (!request.Roles.IsDefault)
        {
            claims.Add("roles", request.Roles.ToArray());
        }

        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = options.Value.Issuer,
            IssuedAt = issuedAt.UtcDateTime,
            Expires = (issuedAt + (request.Lifetime ?? options.Value.AccessTokenLifetime)).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key.SecurityKey, key.Algorithm),
        });
        _issued.Add(1, new KeyValuePair<string, object?>("grant", request.Grant));
        return token;
    }
}

/// <summary>The content of an access token.</summary>
internal sealed record AccessTokenRequest
{
    /// <summary><c>sub</c>.</summary>
    public required string Subject { get; init; }

    /// <summary><c>client_id</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>aud</c>: at least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>The grant, for the metrics: <c>password</c>, <c>refresh_token</c> or <c>client_credentials</c>.</summary>
    public required string Grant { get; init; }

    /// <summary><c>scope</c>.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary><c>cnf.jkt</c>: the key that the token is bound to; null for a bearer token.</summary>
    public string? ProofKeyThumbprint { get; init; }

    /// <summary><c>sid</c>; null for a client on its own behalf.</summary>
    public string? SessionId { get; init; }

    /// <summary><c>auth_time</c>; null for a client on its own behalf.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary><c>amr</c>; empty for a client on its own behalf.</summary>
    public ImmutableArray<string> AuthenticationMethods { get; init; } = [];

    /// <summary>From <c>iat</c> to <c>exp</c>. Null for <see cref="TokensOptions.AccessTokenLifetime"/>.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>
    /// A time before the rights of the subject were read. It becomes the <c>iat</c>, so that a later revocation
    /// applies to this token too. Null for the current time.
    /// </summary>
    public DateTimeOffset? RightsReadAt { get; init; }

    /// <summary><c>updated_at</c>: the last change of the rights of the user or client, in whole seconds; null for none.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary><c>password_change_required</c>: the token grants nothing until the user changes a temporary password.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary><c>second_factor_required</c>: the token grants nothing until the user adds a second factor.</summary>
    public bool MustAddFactor { get; init; }

    /// <summary><c>roles</c>; default for a client on its own behalf.</summary>
    public ImmutableArray<string> Roles { get; init; }
}
