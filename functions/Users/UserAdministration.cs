using System.Collections.Immutable;
using Gatehouse.Access;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>Changes users and revokes their tokens accordingly, so that a lost right ends at once.</summary>
internal sealed class UserAdministration(
    IUserStore users,
    PasswordHashing hashing,
    RevocationFeed revocations,
    Roles roles,
    TimeProvider time,
    IOptions<AuthenticationOptions> options,
    AuditLog audit)
{
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(1);

    /// <summary>Adds a user with a temporary password.</summary>
    /// <exception cref="BeyondOwnScopesException">A role has a scope that the administrator lacks.</exception>
    /// <exception cref="UserNameTakenException">Another user has the name.</exception>
    public async Task<User> CreateAsync(NewUser user, string password, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, user.Roles);
        var temporary = Create(user, await hashing.HashAsync(password, cancellationToken)) with
        {
            MustChangePassword = true,
            PasswordExpiresAt = time.GetUtcNow() + options.Value.TemporaryPasswordLifetime,
        };
        return await AddAsync(temporary, created => audit.UserCreated(created.Id, by.Subject, string.Join(',', created.Roles)));
    }

    /// <summary>Adds a user of another system, who goes on with the password there.</summary>
    /// <exception cref="BeyondOwnScopesException">A role has a scope that the administrator lacks.</exception>
    /// <exception cref="UserNameTakenException">Another user has the name.</exception>
    public Task<User> ImportAsync(NewUser user, ImportedHash hash, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, user.Roles);
        cancellationToken.ThrowIfCancellationRequested();
        return AddAsync(Create(user, hash.Stored), created => audit.UserImported(created.Id, by.Subject, string.Join(',', created.Roles)));
    }

    /// <summary>Adds a user who has registered and has verified the address.</summary>
    /// <exception cref="UserNameTakenException">Another user has the name.</exception>
    /// <exception cref="EmailTakenException">Another user has the address.</exception>
    public async Task<User> RegisterAsync(NewUser user, string password, CancellationToken cancellationToken)
    {
        var registered = Create(user, await hashing.HashAsync(password, cancellationToken)) with { IsEmailVerified = true };
        return await AddAsync(registered, created => audit.UserCreated(created.Id, created.Id, string.Join(',', created.Roles)));
    }

    /// <summary>Changes a user.</summary>
    /// <param name="user">The user as it was read.</param>
    /// <param name="change">The change.</param>
    /// <param name="password">A temporary password, which ends every session of the user; null keeps the password.</param>
    /// <param name="by">The administrator.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="BeyondOwnScopesException">A role of the user, before or after, has a scope that the administrator lacks.</exception>
    /// <exception cref="LastAdministratorException">No administrator would be left.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public async Task<User> ChangeAsync(User user, Func<User, User> change, string? password, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, [.. user.Roles, .. change(user).Roles]);
        var losesAdministrator = await LosesAdministratorAsync(user, change(user), cancellationToken);
        var hash = password is null ? null : await hashing.HashAsync(password, cancellationToken);
        var expiresAt = time.GetUtcNow() + options.Value.TemporaryPasswordLifetime;
        return await Change.FinishAsync(time, limited => ChangeAsync(user, Reset, losesAdministrator, by, limited));

        User Reset(User current) =>
            hash is null ? change(current) : change(current) with { PasswordHash = hash, MustChangePassword = true, PasswordExpiresAt = expiresAt };
    }

    /// <summary>Sets a password and ends every session of the user.</summary>
    /// <param name="user">The user as it was read.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="isMailed">Whether a mailed code proves the right to do so. It verifies the address too.</param>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    /// <exception cref="EmailTakenException">Another user has verified the address.</exception>
    public async Task<User> ChangePasswordAsync(User user, string password, CancellationToken cancellationToken, bool isMailed = false)
    {
        var hash = await hashing.HashAsync(password, cancellationToken);
        return await Change.FinishAsync(time, async limited =>
        {
            var changed = await RevokeAndReplaceAsync(
                user,
                (current, now) => current with
                {
                    PasswordHash = hash,
                    MustChangePassword = false,
                    PasswordExpiresAt = null,
                    IsEmailVerified = isMailed || current.IsEmailVerified,
                    TokensRevokedAt = now,
                    SessionsEndedAt = now,
                },
                isMailed ? "password_reset" : "password_changed",
                limited);
            if (isMailed)
            {
                audit.PasswordReset(user.Id);
            }
            else
            {
                audit.PasswordChanged(user.Id);
            }

            return changed;
        });
    }

    /// <summary>Sets or removes the address of a user, which is not verified then.</summary>
    /// <param name="user">The user as it was read.</param>
    /// <param name="email">The address; null removes it.</param>
    /// <param name="by">The administrator; null for the user.</param>
    /// <exception cref="BeyondOwnScopesException">A role of the user has a scope that the administrator lacks: a verified address sets passwords.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public Task<User> ChangeEmailAsync(User user, EmailAddress? email, Administrator? by)
    {
        if (by is not null)
        {
            RequireWithin(by, user.Roles);
        }

        return ChangeEmailAsync(user, email, isVerified: false, by?.Subject ?? user.Id, email is null ? "email removed" : "email changed");
    }

    /// <summary>Notes that the user reads mail of the address.</summary>
    /// <exception cref="EmailTakenException">Another user has verified the address.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public Task<User> VerifyEmailAsync(User user) => ChangeEmailAsync(user, user.Email, isVerified: true, user.Id, "email verified");

    private Task<User> ChangeEmailAsync(User user, EmailAddress? email, bool isVerified, string by, string what) => Change.FinishAsync(time, async limited =>
    {
        var changed = await WriteAsync(user, current => users.TryReplaceAsync(current with { Email = email, IsEmailVerified = isVerified }, limited), limited);
        audit.UserChanged(user.Id, by, what);
        return changed;
    });

    /// <summary>Sets the second factors of a user and ends every session.</summary>
    /// <param name="user">The user as it was read.</param>
    /// <param name="factors">The factors.</param>
    /// <param name="what">The change, for the audit.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public Task<User> ChangeFactorsAsync(User user, Factors factors, string what, CancellationToken cancellationToken) =>
        FinishFactorsAsync(user, factors, () => audit.FactorsChanged(user.Id, what), cancellationToken);

    /// <summary>Removes the second factors of a user, who may have lost them, and ends every session.</summary>
    /// <exception cref="BeyondOwnScopesException">A role of the user has a scope that the administrator lacks.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public Task<User> RemoveFactorsAsync(User user, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, user.Roles);
        return FinishFactorsAsync(user, Factors.None, () => audit.UserChanged(user.Id, by.Subject, "second factors removed"), cancellationToken);
    }

    /// <summary>Replaces the recovery codes of a user. Sessions go on.</summary>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    public Task<User> RenewRecoveryCodesAsync(User user, Factors factors, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Change.FinishAsync(time, async limited =>
        {
            var changed = await WriteAsync(user, current => users.TryReplaceAsync(current with { Factors = factors }, limited), limited);
            audit.FactorsChanged(user.Id, "recovery codes renewed");
            return changed;
        });
    }

    /// <summary>Removes a user.</summary>
    /// <exception cref="BeyondOwnScopesException">A role of the user has a scope that the administrator lacks.</exception>
    /// <exception cref="LastAdministratorException">No administrator would be left.</exception>
    /// <exception cref="UserChangedException">Another writer was faster.</exception>
    /// <returns>The user as it was last.</returns>
    public async Task<User> RemoveAsync(User user, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, user.Roles);
        var losesAdministrator = await LosesAdministratorAsync(user, user with { IsEnabled = false }, cancellationToken);
        return await Change.FinishAsync(time, async limited =>
        {
            // Disabled first, so that one rule protects the last administrator.
            var disabled = user.IsEnabled ? await ChangeAsync(user, static user => user with { IsEnabled = false }, losesAdministrator, by, limited) : user;
            _ = await WriteAsync(disabled, async current => await users.TryRemoveAsync(current, limited) ? current : null, limited);
            audit.UserRemoved(user.Id, by.Subject);
            return disabled;
        });
    }

    private User Create(NewUser user, string hash) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Name = user.Name,
        PasswordHash = hash,
        Roles = user.Roles,
        IsEnabled = user.IsEnabled,
        Email = user.Email,
        CreatedAt = time.GetUtcNow(),
    };

    private Task<User> AddAsync(User user, Action<User> report) => Change.FinishAsync(time, async limited =>
    {
        var added = await users.TryAddAsync(user, limited) ?? throw new UserNameTakenException();
        report(added);
        return added;
    });

    private Task<User> FinishFactorsAsync(User user, Factors factors, Action report, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Change.FinishAsync(time, async limited =>
        {
            var changed = await RevokeAndReplaceAsync(
                user,
                (current, now) => current with { Factors = factors, TokensRevokedAt = now, SessionsEndedAt = now },
                "factors_changed",
                limited);
            report();
            return changed;
        });
    }

    /// <summary>Refuses an administrator who lacks a scope of the roles.</summary>
    /// <exception cref="BeyondOwnScopesException">A role has a scope that the administrator lacks.</exception>
    public void RequireWithin(Administrator by, ImmutableArray<string> userRoles)
    {
        foreach (var role in userRoles)
        {
            if (by.FindMissing(roles.ScopesOf([role]).Items) is { } missing)
            {
                throw new BeyondOwnScopesException(
                    $"The role '{role}' grants {missing}, which your token does not. You can give a role, and change a user with it, only if your token has all its scopes.",
                    missing);
            }
        }
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

    private async Task<User> ChangeAsync(User user, Func<User, User> change, bool losesAdministrator, Administrator by, CancellationToken cancellationToken)
    {
        var stored = await ReplaceAsync(user, change, cancellationToken);
        if (losesAdministrator && !await users.HasEnabledUserAsync(roles.Administrative, exceptId: null, cancellationToken))
        {
            // Two administrators who demote each other at the same time both pass the check before the write.
            await TakeBackAsync(user, stored, cancellationToken);
            throw new LastAdministratorException();
        }

        audit.UserChanged(user.Id, by.Subject, Describe(user, stored));
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

    private async Task<User> ReplaceAsync(User user, Func<User, User> change, CancellationToken cancellationToken)
    {
        var changed = change(user);
        if (!changed.IsEnabled || changed.PasswordHash != user.PasswordHash)
        {
            // Sessions are ended too: those of a disabled user must not return when the user is enabled again, and a thief must not
            // keep a session beyond the password.
            return await RevokeAndReplaceAsync(
                user,
                (current, now) => change(current) with { TokensRevokedAt = now, SessionsEndedAt = now },
                changed.IsEnabled ? "password_reset" : "user_disabled",
                cancellationToken);
        }

        return changed.Roles.SequenceEqual(user.Roles)
            ? await WriteAsync(user, current => users.TryReplaceAsync(change(current), cancellationToken), cancellationToken)
            : await RevokeAndReplaceAsync(user, (current, now) => change(current) with { TokensRevokedAt = now }, "roles_changed", cancellationToken);
    }

    /// <summary>
    /// Revokes the tokens of a user, and writes the change that caused it. The change gets a time later than that of every
    /// earlier one. Tokens that are issued after the write name it and stay valid; all others are revoked, whatever the clock of
    /// the instance that issues them says.
    /// </summary>
    private async Task<User> RevokeAndReplaceAsync(User user, Func<User, DateTimeOffset, User> change, string reason, CancellationToken cancellationToken)
    {
        var changedAt = FindTime(user);

        // Tokens first: if the write fails, their holders have the same rights as before once they refresh them a little later.
        await revocations.RevokeSubjectAsync(user.Id, changedAt, reason, cancellationToken);
        return await WriteAsync(user, current => users.TryReplaceAsync(change(current, changedAt), cancellationToken), cancellationToken);
    }

    /// <summary>Writes a change, even if sign-ins are counted at the same time: an attacker must not keep administrators from it.</summary>
    private async Task<User> WriteAsync(User user, Func<User, Task<User?>> write, CancellationToken cancellationToken)
    {
        User? current = user;
        while (current is not null && AreSameButForSignIns(user, current))
        {
            if (await write(current) is { } written)
            {
                return written;
            }

            current = await users.FindAsync(user.Name, cancellationToken);
        }

        throw new UserChangedException();
    }

    private static bool AreSameButForSignIns(User one, User other) =>
        one.Roles.SequenceEqual(other.Roles) && other with { Roles = one.Roles, SignIns = one.SignIns, Version = one.Version } == one;

    // In whole seconds, as tokens name it.
    private DateTimeOffset FindTime(User user)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        return new[] { now, user.TokensRevokedAt + BetweenChanges, user.SessionsEndedAt + BetweenChanges }.Max()!.Value;
    }

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

        if (before.PasswordHash != after.PasswordHash)
        {
            changes.Add("password reset");
        }

        if (before.SignIns != after.SignIns && after.SignIns == Lockout.Lift(after.SignIns))
        {
            changes.Add("lockout lifted");
        }

        return string.Join("; ", changes);
    }

    private bool IsAdministrator(User user) => user.IsEnabled && user.Roles.Any(roles.Administrative.Contains);
}

/// <summary>The caller who administers users.</summary>
/// <param name="Subject">For the audit.</param>
/// <param name="Scopes">The scopes of the caller's token. An administrator gives no role or scope, and touches no user or client, beyond them.</param>
internal sealed record Administrator(string Subject, ScopeSet Scopes)
{
    /// <summary>The scopes that the administrator lacks, separated by spaces. Null if there are none.</summary>
    public string? FindMissing(IEnumerable<string> scopes) =>
        string.Join(' ', scopes.Where(scope => !Scopes.Contains(scope)).Distinct(StringComparer.Ordinal)) is { Length: > 0 } missing ? missing : null;
}
