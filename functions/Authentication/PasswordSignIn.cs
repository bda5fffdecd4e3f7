using Gatehouse.Audit;
using Gatehouse.Users;







namespace Gatehouse.Authentication;

/// <summary>Signs people in by user name and password.</summary>
internal sealed class PasswordSignIn(
    IUserStore users,
    PasswordHashing hashing,
    Lockout lockout,
    BootstrapAdmin bootstrap,
    TimeProvider time,
    AuditLog audit)
{
    /// <summary>
    /// The user, or null. Nothing tells why: an unknown name, a wrong password, a disabled and a locked-out user have one
    /// answer, and cost the same time: one read, one hash and one write each.
    /// </summary>
    /// <exception cref="HashingBusyException">Too many sign-ins are waiting.</exception>
    public async Task<User?> FindUserAsync(string nameText, string password, CancellationToken cancellationToken)
    {
        await bootstrap.EnsureAsync(cancellationToken);

        // What is no name is not read: that nobody has it can be told without asking.
        var isName = UserName.TryParse(nameText, out var name);
        return await CheckAsync(() => isName ? users.FindAsync(name, cancellationToken) : Task.FromResult<User?>(null), password, cancellationToken);
    }

    /// <summary>Whether a user who is signed in knows the password too. A wrong one counts like one at the sign-in.</summary>
    public async Task<User?> ConfirmAsync(User user, string password, CancellationToken cancellationToken) =>
        await CheckAsync(() => users.FindAsync(user.Name, cancellationToken), password, cancellationToken);

    private Task<User?> CheckAsync(Func<Task<User?>> readUser, string password, CancellationToken cancellationToken) =>
        hashing.VerifyAsync(readUser, password, check => SettleAsync(check, cancellationToken), cancellationToken);

    private async Task<User?> SettleAsync(PasswordCheck check, CancellationToken cancellationToken)
    {
        if (check.User is not { } user)
        {
            return await RefuseAsync(subject: null, "unknown_user", cancellationToken);
        }

        if (user.IsLockedOut(time.GetUtcNow()))
        {
            // Right or wrong is not looked at: a lockout that told them apart would go on answering guesses.
            return await RefuseAsync(user.Id, "locked_out", cancellationToken);
        }

        if (!check.IsRight)
        {
            await CountFailureAsync(user, cancellationToken);
            return null;
        }

        if (!user.IsEnabled)
        {
            return await RefuseAsync(user.Id, "disabled", cancellationToken);
        }

        var hash = check.RehashAsync is { } rehashAsync ? await rehashAsync() : user.PasswordHash;
        var settled = user with { FailedSignIns = 0, LockedUntil = null, PasswordHash = hash };

        // When somebody else has changed the user meanwhile, the next sign-in does it.
        return settled == user ? user : await users.TryReplaceAsync(settled, cancellationToken) ?? user;
    }

    private async Task<User?> RefuseAsync(string? subject, string reason, CancellationToken cancellationToken)
    {
        audit.LoginFailed(subject, reason);

        // A wrong password is counted by a write.
        await users.WriteForNobodyAsync(cancellationToken);
        return null;
    }

    private async Task CountFailureAsync(User user, CancellationToken cancellationToken)
    {
        audit.LoginFailed(user.Id, "wrong_password");
        if (await lockout.CountFailureAsync(user, cancellationToken) is { LockedUntil: { } until } counted)
        {
            audit.LoginLocked(counted.Id, counted.FailedSignIns, until);
        }
    }
}
