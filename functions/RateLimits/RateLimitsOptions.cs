namespace Gatehouse.RateLimits;

/// <summary>
/// Configuration section <c>RateLimits</c>. Each instance counts what it sees itself: a look-up in a shared store for
/// each request would cost more than it protects, and what guards a password across instances is the user's lockout.
/// </summary>
internal sealed class RateLimitsOptions
{
    public const string Section = "RateLimits";

    /// <summary>Whether anything is limited. Defaults to true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How many callers each limit tells apart at a time, 1 024 to 1 048 576, 16 bytes for each; rounded up to a power of
    /// two. Beyond it callers share what is left, see <see cref="PartitionTable"/>. Defaults to 65 536.
    /// </summary>
    public int Partitions { get; set; } = 65_536;

    /// <summary>What all routes without a limit of their own share, for each client address. Defaults to 600 in 1 minute.</summary>
    public RateLimitOptions Default { get; set; } = new();

    /// <summary>Sign-ins for each user name, from whatever address, whether the user exists or not. Defaults to 10 in 1 minute.</summary>
    public RateLimitOptions UserName { get; set; } = new() { PermitLimit = 10 };

    /// <summary>
    /// Limits of single routes for each client address, by the function's name.
    /// Defaults to <c>Authenticate</c>: 10 in 1 minute, <c>Token</c>: 60 in 1 minute.
    /// </summary>
    public IDictionary<string, RateLimitOptions> Routes { get; } = new Dictionary<string, RateLimitOptions>(StringComparer.OrdinalIgnoreCase)
    {
        ["Authenticate"] = new() { PermitLimit = 10 },
        ["Token"] = new() { PermitLimit = 60 },
    };
}
