using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Counts wrong passwords in the stored user, by conditional writes, so that they count across instances. From the
/// threshold on, each locks the user out for twice as long as the one before, up to a maximum.
/// </summary>
internal sealed class Lockout(IUserStore users, TimeProvider time, IOptions<AuthenticationOptions> options)
{
    private readonly AuthenticationOptions _options = options.Value;

    /// <summary>Counts a wrong password, even if other requests count one at the same time.</summary>
    /// <returns>The user after the write; null when it was removed.</returns>
    public async Task<User?> CountFailureAsync(User user, CancellationToken cancellationToken)
    {
        var current = user;
        while (current is not null)
        {
            var failures = (int)Math.Min(current.FailedSignIns + 1L, int.MaxValue);
            var counted = current with { FailedSignIns = failures, LockedUntil = FindEnd(failures) };
            if (await users.TryReplaceAsync(counted, cancellationToken) is { } stored)
            {
                return stored;
            }

            current = await users.FindAsync(user.Name, cancellationToken);
        }

        return null;
    }

    private DateTimeOffset? FindEnd(int failures)
    {
        var doublings = failures - _options.LockoutThreshold;
        if (doublings < 0)
        {
            return null;
        }

        // Bounded as a double, because a day doubled 24 times overflows TimeSpan.
        var ticks = Math.Min(_options.LockoutDuration.Ticks * Math.Pow(2, doublings), _options.MaxLockoutDuration.Ticks);
        return time.GetUtcNow() + TimeSpan.FromTicks((long)ticks);
    }
}
