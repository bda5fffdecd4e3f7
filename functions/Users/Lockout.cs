using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Counts wrong passwords with the user, by conditional writes, so that they count across instances. From the fifth on
/// each locks the user out for twice as long as the one before, 15 minutes at the most.
/// </summary>
internal sealed class Lockout(IUserStore users, TimeProvider time, IOptions<AuthenticationOptions> options)
{
    private readonly AuthenticationOptions _options = options.Value;

    /// <summary>Counts a wrong password, however many others are counted at the same time.</summary>
    /// <returns>The user as it is now; null when it has gone.</returns>
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

        // Bounded while it is a double: a day doubled 24 times is no time span any more.
        var ticks = Math.Min(_options.LockoutDuration.Ticks * Math.Pow(2, doublings), _options.MaxLockoutDuration.Ticks);
        return time.GetUtcNow() + TimeSpan.FromTicks((long)ticks);
    }
}
