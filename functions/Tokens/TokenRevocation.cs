using Gatehouse.Protection;
using Gatehouse.Revocation;

namespace Gatehouse.Tokens;

/// <summary>Revokes tokens for their holders (RFC 7009).</summary>
internal sealed class TokenRevocation(TokenVerifier verifier, RefreshTokens refreshTokens, RevocationFeed revocations)
{
    /// <summary>
    /// Revokes a token: a refresh token with its session, an access token alone. An unknown or invalid token needs no
    /// revocation, so it is no error (RFC 7009 §2.2).
    /// </summary>
    /// <param name="text">The token, of either kind.</param>
    /// <param name="clientId">The authenticated client; the public client without authentication.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TokenOfAnotherClientException">The token belongs to another client.</exception>
    /// <exception cref="TokenOfAnotherIssuerException">The token comes from another issuer.</exception>
    public async Task RevokeAsync(string text, string clientId, CancellationToken cancellationToken)
    {
        if (RefreshToken.TryParse(text, out var refreshToken))
        {
            if (await refreshTokens.FindLivingAsync(refreshToken.FamilyId, cancellationToken) is { } family)
            {
                RequireOwner(family.ClientId, clientId);
                await refreshTokens.EndAsync(family.Id, "revoked");
            }
        }
        else if ((await verifier.VerifyAsync(text, forKnownApis: true, cancellationToken)).Caller is { } caller)
        {
            RequireOwn(caller);
            RequireOwner(caller.ClientId, clientId);
            await revocations.RevokeTokenAsync(caller.TokenId, "revoked", cancellationToken);
        }
    }

    private static void RequireOwn(Caller caller)
    {
        // RFC 7009 §2.2.1. A silent success would mislead the holder to think that the token is revoked.
        if (caller.TrustedIssuer is { } issuer)
        {
            throw new TokenOfAnotherIssuerException(issuer);
        }
    }

    private static void RequireOwner(string owner, string clientId)
    {
        // RFC 7009 §2.1: the server refuses a token that was issued to another client, and says so.
        if (owner != clientId)
        {
            throw new TokenOfAnotherClientException();
        }
    }
}
