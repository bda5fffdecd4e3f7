using Gatehouse.Audit;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The sessions of one user: lists and ends them, and holds their number to <see cref="TokensOptions.MaxSessions"/>.</summary>
internal sealed class UserSessions(IRefreshTokenStore store, RefreshTokens refreshTokens, IOptions<TokensOptions> options, AuditLog audit)
{
    // Twice the most that a setting allows: sign-ins at the same time may exceed it until the next one.
    private const int MaxListed = 200;

    /// <summary>The living sessions, the last used first.</summary>
    public async Task<IReadOnlyList<RefreshTokenFamily>> ListAsync(User user, CancellationToken cancellationToken) =>
        [.. (await ReadLivingAsync(user, await store.ListAsync(user.Id, MaxListed, cancellationToken), cancellationToken)).OrderByDescending(static session => session.LastUsedAt)];

    /// <summary>Ends the oldest sessions of a user who begins another one, if there are too many.</summary>
    public async Task MakeRoomAsync(User user, CancellationToken cancellationToken)
    {
        var ids = await store.ListAsync(user.Id, MaxListed, cancellationToken);
        if (ids.Count < options.Value.MaxSessions)
        {
            return;
        }

        var living = await ReadLivingAsync(user, ids, cancellationToken);
        foreach (var ended in ids.Except(living.Select(static session => session.Id)))
        {
            await store.UnlistAsync(user.Id, ended, cancellationToken);
        }

        foreach (var oldest in living.OrderBy(static session => session.AuthenticatedAt).SkipLast(options.Value.MaxSessions - 1))
        {
            await EndAsync(oldest, user.Id, "too_many_sessions");
        }
    }

    /// <summary>Ends one session of a user. False when the user has no such session.</summary>
    /// <param name="user">The user.</param>
    /// <param name="id">The session.</param>
    /// <param name="by">The person who ends it, for the audit.</param>
    /// <param name="cancellationToken">Ends the search for the session, not its end.</param>
    public async Task<bool> TryEndAsync(User user, string id, string by, CancellationToken cancellationToken)
    {
        if (!RefreshToken.IsFamilyId(id) || await refreshTokens.FindLivingAsync(id, cancellationToken) is not { } session || !IsOf(user, session))
        {
            return false;
        }

        await EndAsync(session, by, "session_ended");
        return true;
    }

    /// <summary>Ends all sessions of a user. A caller that disconnects meanwhile does not stop it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="kept">The session that stays; null for none.</param>
    /// <param name="by">The person who ends them, for the audit.</param>
    /// <param name="cancellationToken">Ends the listing, not the ends.</param>
    public async Task EndAllAsync(User user, string? kept, string by, CancellationToken cancellationToken)
    {
        foreach (var session in await ListAsync(user, cancellationToken))
        {
            if (session.Id != kept)
            {
                await EndAsync(session, by, "session_ended");
            }
        }
    }

    private static bool IsOf(User user, RefreshTokenFamily session) => session.Subject == user.Id && session.SessionsEndedAt == user.SessionsEndedAt;

    private async Task EndAsync(RefreshTokenFamily session, string by, string reason)
    {
        await refreshTokens.EndAsync(session.Id, reason);
        audit.SessionEnded(session.Subject, by, session.Id);
    }

    private async Task<IReadOnlyList<RefreshTokenFamily>> ReadLivingAsync(User user, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var sessions = await Task.WhenAll(ids.Select(id => refreshTokens.FindLivingAsync(id, cancellationToken)));
        return [.. sessions.OfType<RefreshTokenFamily>().Where(session => IsOf(user, session))];
    }
}
