using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Issues, redeems and revokes refresh tokens, which are for a single use (RFC 9700 §4.14.2): a redemption replaces
/// the token by a conditional write, so exactly one of many concurrent redemptions is the first.
/// </summary>
internal sealed class RefreshTokens(
    IRefreshTokenStore store,
    RevocationFeed revocations,
    TimeProvider time,
    IOptions<TokensOptions> options,
    AuditLog audit,
    ILogger<RefreshTokens> logger)
{
    // A lost race means that another request has changed the family, which makes this token a repeated or a stale
    // one. More rounds than this can't happen.
    private const int MaxRaces = 8;

    private readonly CleanUp _cleanUp = new("Ended sessions", store.RemoveExpiredAsync, time, logger);

    /// <summary>Begins a session for a user who has just authenticated.</summary>
    public async Task<(RefreshTokenFamily Family, RefreshToken Token)> BeginAsync(
        User user,
        DateTimeOffset authenticatedAt,
        string clientId,
        ScopeSet scopes,
        string? proofKeyThumbprint,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = RefreshToken.CreateFirst();
        var family = new RefreshTokenFamily
        {
            Id = token.FamilyId,
            Subject = user.Id,
            UserName = user.Name.Value,
            ClientId = clientId,
            Scopes = scopes.Items,
            ProofKeyThumbprint = proofKeyThumbprint,
            AuthenticatedAt = authenticatedAt,
            ExpiresAt = now + options.Value.RefreshTokenAbsoluteLifetime,
            IdleExpiresAt = now + options.Value.RefreshTokenLifetime,
            CurrentHash = token.Hash(),
        };

        // Cleans up before it adds the session, so that a caller that cancels meanwhile leaves no session behind.
        await _cleanUp.RunIfDueAsync(cancellationToken);
        await store.AddAsync(family, cancellationToken);
        return (family, token);
    }

    /// <summary>Finds a valid family by its id; null when there is none.</summary>
    public async Task<RefreshTokenFamily?> FindLivingAsync(string familyId, CancellationToken cancellationToken) =>
        await store.FindAsync(familyId, cancellationToken) is { } family && IsAlive(family) ? family : null;

    /// <summary>Whether a redemption of the token would succeed now.</summary>
    public bool IsRedeemable(RefreshToken token, RefreshTokenFamily family) =>
        IsAlive(family) && (token.Matches(family.CurrentHash) || IsWithinLeeway(token, family));

    /// <summary>Ends a session: its refresh tokens and its access tokens. A caller that disconnects does not stop it.</summary>
    /// <param name="familyId">The session.</param>
    /// <param name="reason">For the audit, such as <c>logout</c>.</param>
    public Task EndAsync(string familyId, string reason) => Change.FinishAsync(time, async limited =>
    {
        // Refresh tokens first: if the second step fails, the access tokens expire within minutes, but a refresh
        // token would stay valid for weeks.
        var family = await store.FindAsync(familyId, limited);
        while (family is { RevokedAt: null } && !await store.TryReplaceAsync(family with { RevokedAt = time.GetUtcNow() }, limited))
        {
            family = await store.FindAsync(familyId, limited);
        }

        await revocations.RevokeSessionAsync(familyId, reason, limited);
    });

    /// <summary>Redeems a token of the given family.</summary>
    /// <exception cref="InvalidRefreshTokenException">The token is unknown, was used before, has expired or was revoked.</exception>
    public async Task<RedeemedToken> RedeemAsync(RefreshToken token, RefreshTokenFamily family, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (!IsAlive(family))
            {
                throw new InvalidRefreshTokenException();
            }

            if (!token.Matches(family.CurrentHash))
            {
                return await RepeatAsync(token, family);
            }

            var rotated = Rotate(family, token, out var next);
            if (await store.TryReplaceAsync(rotated, cancellationToken))
            {
                return new RedeemedToken(rotated, next, IsRepeated: false);
            }

            family = await store.FindAsync(token.FamilyId, cancellationToken) ?? throw new InvalidRefreshTokenException();
        }

        throw new InvalidRefreshTokenException();
    }

    private bool IsAlive(RefreshTokenFamily family)
    {
        var now = time.GetUtcNow();
        return family.RevokedAt is null && now < family.ExpiresAt && now < family.IdleExpiresAt && !revocations.HoldsSession(family.Id);
    }

    private RefreshTokenFamily Rotate(RefreshTokenFamily family, RefreshToken redeemed, out RefreshToken next)
    {
        var now = time.GetUtcNow();
        var salt = RefreshToken.CreateSalt();
        next = redeemed.Next(salt);
        var idleEnd = now + options.Value.RefreshTokenLifetime;
        return family with
        {
            PreviousHash = family.CurrentHash,
            CurrentHash = next.Hash(),
            RotationSalt = salt,
            RotatedAt = now,
            IdleExpiresAt = idleEnd < family.ExpiresAt ? idleEnd : family.ExpiresAt,
        };
    }

    /// <summary>
    /// Redeems a token that is not the latest. Either the answer to its redemption was lost a moment ago, or a thief
    /// holds it too.
    /// </summary>
    private async Task<RedeemedToken> RepeatAsync(RefreshToken token, RefreshTokenFamily family)
    {
        if (IsWithinLeeway(token, family))
        {
            return new RedeemedToken(family, token.Next(family.RotationSalt), IsRepeated: true);
        }

        // Only a holder knows the part before the dot, so a token of this family with another secret was valid once.
        await EndAsync(family.Id, "refresh_reused");
        audit.RefreshReused(family.Subject, family.ClientId, family.Id);
        throw new InvalidRefreshTokenException();
    }

    private bool IsWithinLeeway(RefreshToken token, RefreshTokenFamily family) =>
        family.RotatedAt is { } rotatedAt
        && token.Matches(family.PreviousHash)
        && time.GetUtcNow() - rotatedAt < options.Value.RefreshReuseLeeway;
}
