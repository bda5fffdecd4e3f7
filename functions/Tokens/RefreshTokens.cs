using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// Refresh tokens are for a single use (RFC 9700 §4.14.2): redeeming one puts the next in its place by a conditional
/// write, so of any number of concurrent redemptions exactly one is the first.
/// </summary>
internal sealed class RefreshTokens(
    IRefreshTokenStore store,
    RevocationFeed revocations,
    TimeProvider time,
    IOptions<TokensOptions> options,
    AuditLog audit,
    ILogger<RefreshTokens> logger)
{
    // Every lost race means that somebody else has moved the family on, and after one such step a token is a repeated
    // one or a stale one. More rounds than this can't be.
    private const int MaxRaces = 8;

    private const int CleanUpLimit = 100;
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CleanUpTimeLimit = TimeSpan.FromSeconds(2);

    private long _cleanedUpAt = time.GetTimestamp();
    private volatile bool _isCleanUpDue;

    /// <summary>Begins a session for somebody who has just proved who they are.</summary>
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

        // Before the session is there: whoever does not wait for the end of this has none.
        await CleanUpAsync(now, cancellationToken);
        await store.AddAsync(family, cancellationToken);
        return (family, token);
    }

    /// <summary>Finds a family that lives, by its id; null when there is none.</summary>
    public async Task<RefreshTokenFamily?> FindLivingAsync(string familyId, CancellationToken cancellationToken) =>
        await store.FindAsync(familyId, cancellationToken) is { } family && IsAlive(family) ? family : null;

    /// <summary>Whether a redemption of the token would be answered with another one right now.</summary>
    public bool IsRedeemable(RefreshToken token, RefreshTokenFamily family) =>
        IsAlive(family) && (token.Matches(family.CurrentHash) || IsWithinLeeway(token, family));

    /// <summary>Ends a session: its refresh tokens and its access tokens. A caller that hangs up does not stop it.</summary>
    /// <param name="familyId">The session.</param>
    /// <param name="reason">For the audit, such as <c>logout</c>.</param>
    public Task EndAsync(string familyId, string reason) => Change.FinishAsync(time, async limited =>
    {
        // The refresh tokens first: if the second step fails, the access tokens end within minutes by themselves, while a
        // refresh token would go on for weeks.
        var family = await store.FindAsync(familyId, limited);
        while (family is { RevokedAt: null } && !await store.TryReplaceAsync(family with { RevokedAt = time.GetUtcNow() }, limited))
        {
            family = await store.FindAsync(familyId, limited);
        }

        await revocations.RevokeSessionAsync(familyId, reason, limited);
    });

    /// <summary>Redeems a token of a family that was read before.</summary>
    /// <exception cref="InvalidRefreshTokenException">The token is not known, was used before, has expired or was revoked.</exception>
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

    // A sign-in now and then takes along what nobody can use any more; a timer might never run on a serverless instance.
    private async Task CleanUpAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_isCleanUpDue || time.GetElapsedTime(Interlocked.Read(ref _cleanedUpAt)) >= CleanUpInterval)
        {
            _isCleanUpDue = false;
            Interlocked.Exchange(ref _cleanedUpAt, time.GetTimestamp());

            using var limit = new CancellationTokenSource(CleanUpTimeLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                // Where there was as much as one may take, there is more: each sign-in takes some until it is done, or many
                // sessions a minute would leave more behind than is ever removed.
                _isCleanUpDue = await store.RemoveExpiredAsync(now, CleanUpLimit, either.Token) == CleanUpLimit;
            }
            catch (Exception exception) when ((exception is StorageUnavailableException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                // Who signs in has no part in it.
                logger.SessionsNotCleanedUp(exception);
            }
        }
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

    /// <summary>A token that is not the latest: the answer to it got lost a moment ago, or two hold it of whom one is a thief.</summary>
    private async Task<RedeemedToken> RepeatAsync(RefreshToken token, RefreshTokenFamily family)
    {
        if (IsWithinLeeway(token, family))
        {
            return new RedeemedToken(family, token.Next(family.RotationSalt), IsRepeated: true);
        }

        // Only a holder knows what comes before the dot, so a token of the right family with another secret was good once.
        await EndAsync(family.Id, "refresh_reused");
        audit.RefreshReused(family.Subject, family.ClientId, family.Id);
        throw new InvalidRefreshTokenException();
    }

    private bool IsWithinLeeway(RefreshToken token, RefreshTokenFamily family) =>
        family.RotatedAt is { } rotatedAt
        && token.Matches(family.PreviousHash)
        && time.GetUtcNow() - rotatedAt < options.Value.RefreshReuseLeeway;
}
