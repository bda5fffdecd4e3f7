using System.Collections.Immutable;
using Gatehouse.Access;
using Gatehouse.Audit;
using Gatehouse.Revocation;
using Gatehouse.Storage;

namespace Gatehouse.Users;

/// <summary>Changes users and revokes their tokens accordingly, so that a lost right ends at once.</summary>
internal sealed class UserAdministration(
    IUserStore users,
    PasswordHashing hashing,
    RevocationFeed revocations,
    Roles roles,
    TimeProvider time,
    AuditLog audit)
{
    // Storage takes some milliseconds. Tokens are dated ahead by little more than this allowance, which must stay
    // small because other APIs may check iat.
    private static readonly TimeSpan WriteAllowance = TimeSpan.FromSeconds(2);

    // Tokens that are issued right after a change are dated at most this much later than the end that the change set.
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(1);

    /// <summary>Adds a user.</summary>
    /// <exception cref="UserNameTakenException">Another user has the name.</exception>
    public async Task<User> CreateAsync(UserName name, string password, ImmutableArray<string> userRoles, string by, CancellationToken cancellationToken)
    {
        var user = new User
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            PasswordHash = await hashing.HashAsync(password, cancellationToken),
            Roles = userRoles,
            CreatedAt = time.GetUtcNow(),
        };
        return await Change.FinishAsync(time, async limited =>
        {
            var created = await users.TryAddAsync(user, limited) ?? throw new UserNameTakenException();
            audit.UserCreated(created.Id, by);
            return created;
        });
    }

    /// <summary>Changes a user.</summary>
    /// <param name="user">The user as it was read.</param>
    /// <param name="changed">The changed user.</param>
    /// <param name="by">The subject that makes the change.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LastAdministratorException">No administrator would be left.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public async Task<User> ChangeAsync(User user, User changed, string by, CancellationToken cancellationToken)
    {
        var losesAdministrator = await LosesAdministratorAsync(user, changed, cancellationToken);
        return await Change.FinishAsync(time, limited => ChangeAsync(user, changed, losesAdministrator, by, limited));
    }

    /// <summary>Sets a password and ends every session of the user but one.</summary>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public async Task ChangePasswordAsync(User user, string password, string keptSession, CancellationToken cancellationToken)
    {
        var hash = await hashing.HashAsync(password, cancellationToken);
        var changed = user with { PasswordHash = hash, MustChangePassword = false };
        await Change.FinishAsync(time, async limited =>
        {
            _ = await TryRevokeAndReplaceAsync(
                user,
                until => changed with { TokensRevokedAt = until, SessionsEndedAt = until, KeptSessionId = keptSession },
                "password_changed",
                keptSession,
                limited)
                ?? throw new UserChangedException();
            audit.PasswordChanged(user.Id, keptSession);
        });
    }

    /// <summary>Removes a user.</summary>
    /// <exception cref="LastAdministratorException">No administrator would be left.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public async Task RemoveAsync(User user, string by, CancellationToken cancellationToken)
    {
        var losesAdministrator = await LosesAdministratorAsync(user, user with { IsEnabled = false }, cancellationToken);
        await Change.FinishAsync(time, async limited =>
        {
            // Disabled first, so that one rule protects the last administrator.
            var disabled = user.IsEnabled ? await ChangeAsync(user, user with { IsEnabled = false }, losesAdministrator, by, limited) : user;
            if (!await users.TryRemoveAsync(disabled, limited))
            {
                throw new UserChangedException();
            }

            audit.UserRemoved(user.Id, by);
        });
    }

    /// <summary>Whether a change removes the rights of an administrator.</summary>
    /// <exception cref="LastAdministratorException">No administrator would be left.</exception>
    private async Task<bool> LosesAdministratorAsync(User user, User changed, CancellationToken cancellationToken)
    {
        var losesAdministrator = IsAdministrator(user) && !IsAdministrator(changed);
        if (losesAdministrator && !await users.HasEnabledUserAsync(roles.Administrative, user.Id, cancellationToken))
        {
            throw new LastAdministratorException();
        }

        return losesAdministrator;
    }

    private async Task<User> ChangeAsync(User user, User changed, bool losesAdministrator, string by, CancellationToken cancellationToken)
    {
        var stored = await ReplaceAsync(user, changed, cancellationToken);
        if (losesAdministrator && !await users.HasEnabledUserAsync(roles.Administrative, exceptId: null, cancellationToken))
        {
            // Two administrators who demote each other at the same time both pass the check before the write.
            await TakeBackAsync(user, stored, cancellationToken);
            throw new LastAdministratorException();
        }

        audit.UserChanged(user.Id, by, Describe(user, stored));
        return stored;
    }

    /// <summary>Restores the rights of an administrator, even if other requests change the user at the same time.</summary>
    private async Task TakeBackAsync(User user, User stored, CancellationToken cancellationToken)
    {
        var current = stored;
        while (current is not null
            && !IsAdministrator(current)
            && await users.TryReplaceAsync(current with { IsEnabled = user.IsEnabled, Roles = user.Roles }, cancellationToken) is null)
        {
            current = await users.FindAsync(user.Name, cancellationToken);
        }
    }

    private async Task<User> ReplaceAsync(User user, User changed, CancellationToken cancellationToken)
    {
        if (!changed.IsEnabled)
        {
            // Sessions are ended too, so that they do not return when the user is enabled again.
            return await TryRevokeAndReplaceAsync(
                user,
                until => changed with { TokensRevokedAt = until, SessionsEndedAt = until, KeptSessionId = null },
                "user_disabled",
                exceptSession: null,
                cancellationToken)
                ?? throw new UserChangedException();
        }

        var stored = changed.Roles.SequenceEqual(user.Roles)
            ? await users.TryReplaceAsync(changed, cancellationToken)
            : await TryRevokeAndReplaceAsync(user, until => changed with { TokensRevokedAt = until }, "roles_changed", exceptSession: null, cancellationToken);
        return stored ?? throw new UserChangedException();
    }

    /// <summary>
    /// Revokes the tokens of a user, and writes the change that caused it. Tokens are revoked up to a time after the
    /// write. A request that read the user before the write issues tokens dated before that time; a request that
    /// reads the user after it dates them later (<see cref="User.TokensRevokedAt"/>). So every token with the old
    /// rights is revoked, and no token with the new ones.
    /// </summary>
    /// <returns>The stored user; null when another writer was faster.</returns>
    private async Task<User?> TryRevokeAndReplaceAsync(User user, Func<DateTimeOffset, User> change, string reason, string? exceptSession, CancellationToken cancellationToken)
    {
        for (var allowance = WriteAllowance; ; allowance *= 2)
        {
            var until = FindEnd(user, allowance);

            // Tokens first: if the write fails, their holders refresh them and have the same rights as before.
            await revocations.RevokeSubjectAsync(user.Id, until, reason, exceptSession, cancellationToken);
            var stored = await users.TryReplaceAsync(change(until) with { Version = user.Version }, cancellationToken);
            if (stored is null || time.GetUtcNow() <= until)
            {
                return stored;
            }

            // The write took longer than the allowance, so a request may have read the old user after that time.
            user = stored;
        }
    }

    // Later than every token and session since the previous change, which an instance with a fast clock may have dated ahead.
    private DateTimeOffset FindEnd(User user, TimeSpan allowance) =>
        new[] { time.GetUtcNow() + allowance, user.TokensRevokedAt + BetweenChanges, user.SessionsEndedAt + BetweenChanges }.Max()!.Value;

    private static string Describe(User before, User after)
    {
        var changes = new List<string>();
        if (before.IsEnabled != after.IsEnabled)
        {
            changes.Add(after.IsEnabled ? "enabled" : "disabled");
        }

        if (!before.Roles.SequenceEqual(after.Roles))
        {
            changes.Add($"roles {string.Join(',', after.Roles)}");
        }

        if (before.LockedUntil is not null && after.LockedUntil is null)
        {
            changes.Add("lockout lifted");
        }

        return string.Join("; ", changes);
    }

    private bool IsAdministrator(User user) => user.IsEnabled && user.Roles.Any(roles.Administrative.Contains);
}
