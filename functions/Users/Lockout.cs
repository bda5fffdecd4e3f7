using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Counts wrong passwords in the stored user, by conditional writes, so that they count across instances. Each network has a
/// count of its own, so that an attacker without the password locks out only the attacker's networks (OWASP ASVS 5.0, 6.1.1).
/// All networks that the user has never signed in from also share a daily bound, which an attacker with many networks meets.
/// </summary>
internal sealed class Lockout(IUserStore users, RequestOrigin origin, TimeProvider time, IOptions<AuthenticationOptions> options)
{
    private const int NetworkIdBytes = 8;

    // A permit is a wrong password that may still come.
    private readonly int _threshold = options.Value.LockoutThreshold;
    private readonly Bucket _network = new(options.Value.LockoutThreshold, options.Value.LockoutThreshold * options.Value.LockoutDuration);

    // Half at once and half spread over the day, so that no 24 hours have more than all.
    private readonly Bucket _strangers = new(options.Value.StrangersPerDay / 2, TimeSpan.FromDays(1));

    /// <summary>Whether every password from the network of the current request is refused.</summary>
    public bool IsLockedOut(User user)
    {
        var now = time.GetUtcNow();
        var network = user.SignIns.Find(NetworkOf(user));
        return IsUsedUp(_network, network.EmptyAt, now) || (!network.IsKnown && IsUsedUp(_strangers, user.SignIns.StrangersEmptyAt, now));
    }

    /// <summary>The number of wrong passwords that are not forgotten yet.</summary>
    public int CountFailures(User user) => user.SignIns.Networks.Sum(network => _threshold - _network.CountAvailable(network.EmptyAt, time.GetUtcNow()));

    /// <summary>The end of the last lockout, of any network; null when the user is locked out of none.</summary>
    public DateTimeOffset? FindEnd(User user)
    {
        var now = time.GetUtcNow();
        var ends = user.SignIns.Networks
            .Select(network => (Bucket: _network, network.EmptyAt))
            .Append((Bucket: _strangers, EmptyAt: user.SignIns.StrangersEmptyAt))
            .Where(count => IsUsedUp(count.Bucket, count.EmptyAt, now))
            .Select(static count => (DateTimeOffset?)count.Bucket.FindTimeOf(1, count.EmptyAt));
        return ends.Max();
    }

    /// <summary>Counts a wrong password, even if other requests count one at the same time.</summary>
    /// <returns>The user after the write; null when it was removed.</returns>
    public async Task<User?> CountFailureAsync(User user, CancellationToken cancellationToken)
    {
        var current = user;
        while (current is not null)
        {
            if (await users.TryReplaceAsync(current with { SignIns = Count(current) }, cancellationToken) is { } stored)
            {
                return stored;
            }

            current = await users.FindAsync(user.Name, cancellationToken);
        }

        return null;
    }

    /// <summary>
    /// The history after a right password: the network is known, and its wrong passwords are forgotten. Those of strangers are
    /// not, or each sign-in of the user would give an attacker more guesses.
    /// </summary>
    public SignInHistory Forgive(User user)
    {
        var network = user.SignIns.Find(NetworkOf(user));
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return network.EmptyAt == default && network.SignedInOn == today
            ? user.SignIns
            : user.SignIns.With(network with { EmptyAt = default, SignedInOn = today });
    }

    /// <summary>The history after an administrator lifted every lockout.</summary>
    public static SignInHistory Lift(SignInHistory history) => new(default, [.. history.Networks.Select(static network => network with { EmptyAt = default })]);

    private SignInHistory Count(User user)
    {
        var now = time.GetUtcNow();
        var network = user.SignIns.Find(NetworkOf(user));
        var history = user.SignIns.With(network with { EmptyAt = _network.Take(1, network.EmptyAt, now) });
        return network.IsKnown ? history : history with { StrangersEmptyAt = _strangers.Take(1, history.StrangersEmptyAt, now) };
    }

    private static bool IsUsedUp(Bucket count, DateTimeOffset emptyAt, DateTimeOffset now) => count.CountAvailable(emptyAt, now) == 0;

    private string NetworkOf(User user)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{user.Id} {origin.Address.Site}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, NetworkIdBytes));
    }
}
