using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tokens;

/// <summary>Issues access tokens: JSON Web Tokens by the profile of RFC 9068, signed with the active key.</summary>
internal sealed class AccessTokenIssuer(KeyRing keys, TimeProvider time, IOptions<TokensOptions> options, GatehouseMetrics metrics)
{
    private const int TokenIdBytes = 16;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <returns>The token in compact form.</returns>
    /// <exception cref="KeysUnavailableException">There is no active key, or its source is away.</exception>
    public async ValueTask<string> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
    {
        using var span = Tracing.Source.StartActivity("token issuing");
        var key = await keys.GetActiveKeyAsync(cancellationToken);
        var issuedAt = FindIssueTime(request);
        var claims = new Dictionary<string, object>
        {
            ["sub"] = request.Subject,
            ["client_id"] = request.ClientId,
            ["scope"] = request.Scopes.Text,
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),
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

        if (!request.Roles.IsDefault)
        {
            claims.Add("roles", request.Roles.ToArray());
        }

        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = issuedAt.UtcDateTime,
            Expires = (issuedAt + options.Value.AccessTokenLifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key.SecurityKey, key.Algorithm),
        });
        metrics.TokenIssued(request.Grant);
        return token;
    }

    // iat has whole seconds, and a revocation may be dated a moment ahead. The second after it is taken then: otherwise
    // whoever changes the password and signs in at once would get a token that is refused.
    private DateTimeOffset FindIssueTime(AccessTokenRequest request)
    {
        var issuedAt = request.RightsReadAt ?? time.GetUtcNow();
        return request.RevokedBefore is { } revoked && issuedAt.ToUnixTimeSeconds() <= revoked.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(revoked.ToUnixTimeSeconds() + 1)
            : issuedAt;
    }
}
