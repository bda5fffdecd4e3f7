using System.Collections.Immutable;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
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
    RequestOrigin origin,
    TimeProvider time,
    IOptions<TokensOptions> options,
    AuditLog audit,
    ILogger<RefreshTokens> logger)
{
    // A lost race means that another request has rotated the family, or has repeated the rotation. More rounds than this can't
    // happen.
    private const int MaxRaces = MaxRepeats + 8;

    // An answer may be lost now and then, and the windows of a browser may redeem a token together. More, without a single
    // redemption between, is a thief who redeems along with the owner.
    private const int MaxRepeats = 10;

    private readonly CleanUp _cleanUp = new("Ended sessions", store.RemoveExpiredAsync, time, logger);

    /// <summary>Begins a session for a user who has just authenticated.</summary>
    public async Task<(RefreshTokenFamily Family, RefreshToken Token)> BeginAsync(
        User user,
        AuthenticationEvent authentication,
        string clientId,
        ScopeSet scopes,
        ImmutableArray<string> audiences,
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
            Audiences = audiences,
            ProofKeyThumbprint = proofKeyThumbprint,
            AuthenticatedAt = authentication.At,
            AuthenticationMethods = authentication.Methods,
            SessionsEndedAt = user.SessionsEndedAt,
            ExpiresAt = now + options.Value.RefreshTokenAbsoluteLifetime,
            IdleExpiresAt = now + options.Value.RefreshTokenLifetime,
            CurrentHash = token.Hash(),
            Network = origin.Address.FindSitePrefix(),
            UserAgent = origin.FindUserAgent(),
        };

        // Cleans up before it adds the session, so that a caller that cancels meanwhile leaves no session behind.
        await _cleanUp.RunIfDueAsync(cancellationToken);
        await store.AddAsync(family, cancellationToken);
        return (family, token);
    }

    /// <summary>Finds a family by its id; null when it is unknown or has ended.</summary>
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
        if (family is not null)
        {
            await store.UnlistAsync(family.Subject, familyId, limited);
        }
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
                if (!IsWithinLeeway(token, family))
                {
                    await EndReusedAsync(family);
                    throw new InvalidRefreshTokenException();
                }

                var repeated = family with { Repeats = family.Repeats + 1 };
                if (await store.TryReplaceAsync(repeated, cancellationToken))
                {
                    audit.RefreshRepeated(family.Subject, family.ClientId, family.Id, repeated.Repeats);
                    return new RedeemedToken(repeated, token.Next(family.RotationSalt), IsRepeated: true);
                }

                family = await store.FindAsync(token.FamilyId, cancellationToken) ?? throw new InvalidRefreshTokenException();
                continue;
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
            EarlierRepeats = family.Repeats == 0 ? 0 : family.EarlierRepeats + family.Repeats,
            Repeats = 0,
            Network = origin.Address.FindSitePrefix(),
            UserAgent = origin.FindUserAgent(),
            IdleExpiresAt = idleEnd < family.ExpiresAt ? idleEnd : family.ExpiresAt,
        };
    }

    // Only a holder knows the part before the dot, so a token of this family with another secret was valid once. Two hold the
    // session now, and one of them is a thief.
    private async Task EndReusedAsync(RefreshTokenFamily family)
    {
        await EndAsync(family.Id, "refresh_reused");
        audit.RefreshReused(family.Subject, family.ClientId, family.Id);
    }

    // Within the leeway, the answer to the redemption was probably lost.
    private bool IsWithinLeeway(RefreshToken token, RefreshTokenFamily family) =>
        family.RotatedAt is { } rotatedAt
        && token.Matches(family.PreviousHash)
        && time.GetUtcNow() - rotatedAt < options.Value.RefreshReuseLeeway
        && family.EarlierRepeats + family.Repeats < MaxRepeats;
}
