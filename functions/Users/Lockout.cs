using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protection.Http;
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

    private readonly Bucket _network = new(options.Value.LockoutThreshold, options.Value.LockoutDuration);

    // Half at once and half spread over the day, so that no 24 hours have more than all.
    private readonly Bucket _strangers = new(options.Value.StrangersPerDay / 2, TimeSpan.FromDays(1) / (options.Value.StrangersPerDay / 2));

    /// <summary>Whether every password from the network of the current request is refused.</summary>
    public bool IsLockedOut(User user) => time.GetUtcNow() < FindEnd(user.SignIns, user.SignIns.Find(NetworkOf(user)));

    /// <summary>The number of wrong passwords that are not forgotten yet.</summary>
    public int CountFailures(User user) => user.SignIns.Networks.Sum(network => _network.Count(network.EmptyAt, time.GetUtcNow()));

    /// <summary>The end of the last lockout, of any network; null when there is none.</summary>
    public DateTimeOffset? FindEnd(User user)
    {
        var end = user.SignIns.Networks.Select(network => FindEnd(user.SignIns, network)).Append(_strangers.FindEnd(user.SignIns.StrangersEmptyAt)).Max();
        return end > time.GetUtcNow() ? end : null;
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
        var history = user.SignIns.With(network with { EmptyAt = _network.Add(network.EmptyAt, now) });
        return network.IsKnown ? history : history with { StrangersEmptyAt = _strangers.Add(history.StrangersEmptyAt, now) };
    }

    private DateTimeOffset FindEnd(SignInHistory history, NetworkSignIns network)
    {
        var own = _network.FindEnd(network.EmptyAt);
        var strangers = _strangers.FindEnd(history.StrangersEmptyAt);
        return network.IsKnown || own > strangers ? own : strangers;
    }

    private string NetworkOf(User user)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{user.Id} {origin.Address.Site}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, NetworkIdBytes));
    }

    /// <param name="Limit">The wrong passwords that lock out.</param>
    /// <param name="Interval">The time after which one is forgotten.</param>
    private sealed record Bucket(int Limit, TimeSpan Interval)
    {
        public DateTimeOffset Add(DateTimeOffset emptyAt, DateTimeOffset now) => (emptyAt > now ? emptyAt : now) + Interval;

        public DateTimeOffset FindEnd(DateTimeOffset emptyAt) => emptyAt == default ? default : emptyAt - (Interval * (Limit - 1));

        public int Count(DateTimeOffset emptyAt, DateTimeOffset now) => emptyAt > now ? (int)Math.Ceiling((emptyAt - now) / Interval) : 0;
    }
}
