using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

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
            var failures = current.FailedSignIns + 1;
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

        // Bounded before it is computed: 2^64 seconds is no time span.
        var duration = doublings < 30 ? _options.LockoutDuration * Math.Pow(2, doublings) : _options.MaxLockoutDuration;
        return time.GetUtcNow() + (duration < _options.MaxLockoutDuration ? duration : _options.MaxLockoutDuration);
    }
}
