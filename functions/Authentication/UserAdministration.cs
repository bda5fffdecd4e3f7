using System.Collections.Immutable;
using Gatehouse.Http;
using Gatehouse.Operations;
using Gatehouse.Protection;
using Gatehouse.Protection.Revocation;

namespace Gatehouse.Authentication;

/// <summary>Changes users, and sees to it that their tokens follow: what somebody may no longer do ends at once.</summary>
internal sealed class UserAdministration(
    IUserStore users,
    PasswordHashing hashing,
    RevocationFeed revocations,
    Roles roles,
    TimeProvider time,
    Audit audit)
{
    /// <summary>Adds a user.</summary>
    /// <exception cref="ProblemException">409: the name is taken.</exception>
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
        var created = await users.TryAddAsync(user, cancellationToken)
            ?? throw new ProblemException(ProblemType.Conflict, "There is a user of this name, or of one that looks like it.");
        audit.UserCreated(created.Id, by);
        return created;
    }

    /// <summary>Changes a user.</summary>
    /// <param name="user">As it was read.</param>
    /// <param name="changed">As it shall be.</param>
    /// <param name="by">The subject that asks for it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProblemException">409: no administrator would be left. 412: somebody else was faster.</exception>
    public async Task<User> ChangeAsync(User user, User changed, string by, CancellationToken cancellationToken)
    {
        var losesAdministrator = IsAdministrator(user) && !IsAdministrator(changed);
        if (losesAdministrator && !await users.HasEnabledUserAsync(roles.Administrative, user.Id, cancellationToken))
        {
            throw LastAdministrator();
        }

        var now = time.GetUtcNow();
        if (user.IsEnabled && !changed.IsEnabled)
        {
            // The sessions do not come back when the user is enabled again.
            changed = changed with { SessionsEndedAt = now, KeptSessionId = null };
        }

        // Tokens first: when the second step fails their holders refresh them, and nobody has more than before.
        if (!changed.IsEnabled || !changed.Roles.SequenceEqual(user.Roles))
        {
            changed = changed with { TokensRevokedAt = now };
            await revocations.RevokeSubjectAsync(user.Id, changed.IsEnabled ? "roles_changed" : "user_disabled", exceptSession: null, cancellationToken);
        }

        var stored = await users.TryReplaceAsync(changed, cancellationToken) ?? throw Precondition.Stale();
        if (losesAdministrator && !await users.HasEnabledUserAsync(roles.Administrative, exceptId: null, cancellationToken))
        {
            // Asked again after the write: of two administrators who demote each other at the same time, both have seen
            // the other before it.
            await users.TryReplaceAsync(user with { Version = stored.Version }, cancellationToken);
            throw LastAdministrator();
        }

        audit.UserChanged(user.Id, by, Describe(user, stored));
        return stored;
    }

    /// <summary>Sets a password and ends every session of the user but one.</summary>
    /// <exception cref="ProblemException">412: somebody else changed the user at the same time.</exception>
    public async Task ChangePasswordAsync(User user, string password, string keptSession, CancellationToken cancellationToken)
    {
        var hash = await hashing.HashAsync(password, cancellationToken);
        await revocations.RevokeSubjectAsync(user.Id, "password_changed", keptSession, cancellationToken);
        var now = time.GetUtcNow();
        var changed = user with
        {
            PasswordHash = hash,
            MustChangePassword = false,
            TokensRevokedAt = now,
            SessionsEndedAt = now,
            KeptSessionId = keptSession,
        };
        _ = await users.TryReplaceAsync(changed, cancellationToken) ?? throw Precondition.Stale();
        audit.PasswordChanged(user.Id, keptSession);
    }

    /// <summary>Removes a user.</summary>
    /// <exception cref="ProblemException">409: no administrator would be left. 412: somebody else was faster.</exception>
    public async Task RemoveAsync(User user, string by, CancellationToken cancellationToken)
    {
        // By way of disabling, so that the rule about the last administrator is one rule.
        var disabled = user.IsEnabled ? await ChangeAsync(user, user with { IsEnabled = false }, by, cancellationToken) : user;
        if (!await users.TryRemoveAsync(disabled, cancellationToken))
        {
            throw Precondition.Stale();
        }

        audit.UserRemoved(user.Id, by);
    }

    private static ProblemException LastAdministrator() =>
        new(ProblemType.Conflict, "This is the last enabled administrator. Make another one first.");

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
