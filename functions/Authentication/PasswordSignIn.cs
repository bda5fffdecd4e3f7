using Gatehouse.Operations;

namespace Gatehouse.Authentication;

/// <summary>Signs people in by user name and password.</summary>
internal sealed class PasswordSignIn(
    IUserStore users,
    PasswordHashing hashing,
    Lockout lockout,
    BootstrapAdmin bootstrap,
    TimeProvider time,
    Audit audit)
{
    /// <summary>
    /// The user, or null. Nothing tells why: an unknown name, a wrong password, a disabled and a locked-out user have one
    /// answer, and cost the same time.
    /// </summary>
    /// <exception cref="HashingBusyException">Too many sign-ins are waiting.</exception>
    public async Task<User?> FindUserAsync(string nameText, string password, CancellationToken cancellationToken)
    {
        await bootstrap.EnsureAsync(cancellationToken);
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
            audit.LoginFailed(subject: null, "unknown_user");
            return null;
        }

        if (user.IsLockedOut(time.GetUtcNow()))
        {
            // Right or wrong is not looked at: a lockout that told them apart would go on answering guesses.
            audit.LoginFailed(user.Id, "locked_out");
            return null;
        }

        if (!check.IsRight)
        {
            await CountFailureAsync(user, cancellationToken);
            return null;
        }

        if (!user.IsEnabled)
        {
            audit.LoginFailed(user.Id, "disabled");
            return null;
        }

        var settled = user with { FailedSignIns = 0, LockedUntil = null, PasswordHash = check.NewHash ?? user.PasswordHash };

        // When somebody else has changed the user meanwhile, the next sign-in does it.
        return settled == user ? user : await users.TryReplaceAsync(settled, cancellationToken) ?? user;
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
