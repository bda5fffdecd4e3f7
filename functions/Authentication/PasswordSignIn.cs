using Gatehouse.Audit;
using Gatehouse.Users;

namespace Gatehouse.Authentication;

/// <summary>Signs in users by name and password, and by a second factor if they have one.</summary>
internal sealed class PasswordSignIn(
    IUserStore users,
    PasswordHashing hashing,
    Lockout lockout,
    BootstrapAdmin bootstrap,
    SignInTickets tickets,
    PasswordRateLimit rateLimit,
    TimeProvider time,
    AuditLog audit)
{
    /// <summary>The purpose of the tickets of a first step.</summary>
    public const string TicketPurpose = "finish sign-in";

    /// <summary>How long a user may take for the second step.</summary>
    public static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The user, or null. Neither answer nor time reveals the reason: an unknown name, a wrong or expired password, a disabled
    /// user and a locked-out user each cost one read, one hash and one write.
    /// </summary>
    /// <exception cref="HashingBusyException">Too many sign-ins are waiting.</exception>
    public async Task<User?> FindUserAsync(string nameText, string password, CancellationToken cancellationToken)
    {
        await bootstrap.EnsureAsync(cancellationToken);

        // An invalid name can belong to no user, so skip the lookup.
        var isName = UserName.TryParse(nameText, out var name);
        return await CheckAsync(() => isName ? users.FindAsync(name, cancellationToken) : Task.FromResult<User?>(null), password, cancellationToken);
    }

    /// <summary>Confirms the password of a signed-in user; null when it is wrong. A wrong one counts like one at the sign-in.</summary>
    public async Task<User?> ConfirmAsync(User user, string password, CancellationToken cancellationToken) =>
        // Refused before the hash: the user is signed in, so there is nothing to hide, and a flood must cost nothing.
        lockout.IsLockedOut(user)
            ? await RefuseAsync(user.Id, "locked_out", cancellationToken)
            : await CheckAsync(() => users.FindAsync(user.Name, cancellationToken), password, cancellationToken);

    /// <summary>
    /// The user of a ticket, or null when the code is wrong, or the user is locked out. A wrong code counts as a wrong password does. A
    /// right one is accepted by the write that uses it up, if no other request has changed the user meanwhile. So of two requests
    /// with one code one succeeds, and no guess overtakes the lockout.
    /// </summary>
    /// <exception cref="InvalidTicketException">The ticket is not for this, has expired, or the user's credentials have changed since.</exception>
    public async Task<User?> FinishAsync(string ticket, string code, CancellationToken cancellationToken)
    {
        var (user, _) = await tickets.OpenAsync(TicketPurpose, ticket, cancellationToken);
        rateLimit.AcquireForSignIn(user.Name.Value);
        while (true)
        {
            if (lockout.IsLockedOut(user))
            {
                return await RefuseAsync(user.Id, "locked_out", cancellationToken);
            }

            if (user.Factors.Use(code, time.GetUtcNow()) is not { } used)
            {
                await CountFailureAsync(user, "wrong_code", cancellationToken);
                return null;
            }

            if (await users.TryReplaceAsync(user with { Factors = used, SignIns = lockout.Forgive(user) }, cancellationToken) is { } settled)
            {
                if (used.RecoveryCodes.Length < user.Factors.RecoveryCodes.Length)
                {
                    audit.RecoveryCodeUsed(user.Id, used.RecoveryCodes.Length);
                }

                return settled;
            }

            (user, _) = await tickets.OpenAsync(TicketPurpose, ticket, cancellationToken);
        }
    }

    private Task<User?> CheckAsync(Func<Task<User?>> readUser, string password, CancellationToken cancellationToken) =>
        hashing.VerifyAsync(readUser, password, check => SettleAsync(check, cancellationToken), cancellationToken);

    private async Task<User?> SettleAsync(PasswordCheck check, CancellationToken cancellationToken)
    {
        if (check.User is not { } user)
        {
            return await RefuseAsync(subject: null, "unknown_user", cancellationToken);
        }

        if (lockout.IsLockedOut(user))
        {
            // The password is ignored: a lockout that told right from wrong would still answer guesses.
            return await RefuseAsync(user.Id, "locked_out", cancellationToken);
        }

        if (!check.IsRight)
        {
            await CountFailureAsync(user, "wrong_password", cancellationToken);
            return null;
        }

        if (!user.IsEnabled)
        {
            return await RefuseAsync(user.Id, "disabled", cancellationToken);
        }

        if (user.PasswordExpiresAt <= time.GetUtcNow())
        {
            return await RefuseAsync(user.Id, "password_expired", cancellationToken);
        }

        var hash = check.RehashAsync is { } rehashAsync ? await rehashAsync() : user.PasswordHash;

        // With a second factor only its code forgives, or each right password would give an attacker more guesses of codes.
        var settled = user with { SignIns = user.Factors.HasSecond ? user.SignIns : lockout.Forgive(user), PasswordHash = hash };

        // If another request has changed the user meanwhile, the next sign-in makes this change.
        return settled == user ? user : await users.TryReplaceAsync(settled, cancellationToken) ?? user;
    }

    private async Task<User?> RefuseAsync(string? subject, string reason, CancellationToken cancellationToken)
    {
        audit.LoginFailed(subject, reason);

        // Counting a wrong password costs a write, so every refusal makes one.
        await users.WriteForNobodyAsync(cancellationToken);
        return null;
    }

    private async Task CountFailureAsync(User user, string reason, CancellationToken cancellationToken)
    {
        audit.LoginFailed(user.Id, reason);
        if (await lockout.CountFailureAsync(user, cancellationToken) is { } counted && lockout.IsLockedOut(counted))
        {
            audit.LoginLocked(counted.Id, lockout.CountFailures(counted), lockout.FindEnd(counted)!.Value);
        }
    }
}
