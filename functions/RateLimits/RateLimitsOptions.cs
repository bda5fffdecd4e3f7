using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>
/// Configuration section <c>RateLimits</c>. Each instance counts the requests of an address and of a user name itself,
/// because a stranger could make each of them cost a look-up in a shared store. The lockout guards passwords across
/// instances, and limits of callers can be shared.
/// </summary>
internal sealed class RateLimitsOptions
{
    public const string Section = "RateLimits";

    /// <summary>Whether requests are limited. Defaults to true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How many active callers each limit counts separately, 1 024 to 1 048 576, at 16 bytes each; rounded up to a
    /// power of two. Further callers share permits, see <see cref="PartitionTable"/>. Defaults to 65 536.
    /// </summary>
    public int Partitions { get; set; } = 65_536;

    /// <summary>The limit that all routes without their own limit share, for each client address. Defaults to 600 in 1 minute.</summary>
    public RateLimitOptions Default { get; set; } = new();

    /// <summary>
    /// The limit of sign-ins for each user name, across all addresses, whether or not the user exists. Defaults to 10
    /// in 1 minute.
    /// </summary>
    public RateLimitOptions UserName { get; set; } = new() { PermitLimit = 10 };

    /// <summary>
    /// The limit of requests that hash a password or cause a mail, for each caller and for each site (the /48 of an IPv6 address, the /24 of an
    /// IPv4 address), across all functions. Defaults to 60 in 1 minute.
    /// </summary>
    public RateLimitOptions Password { get; set; } = new() { PermitLimit = 60 };

    /// <summary>The limit of mails that callers cause to one address, whether or not a user has it. Defaults to 5 in 15 minutes.</summary>
    public RateLimitOptions Mail { get; set; } = new() { PermitLimit = 5, Window = TimeSpan.FromMinutes(15) };

    /// <summary>
    /// Limits of single routes for each client address, by the function's name.
    /// Defaults to <c>Authenticate</c>: 10 in 1 minute, <c>Token</c>: 60 in 1 minute.
    /// </summary>
    public IDictionary<string, RateLimitOptions> Routes { get; } = new Dictionary<string, RateLimitOptions>(StringComparer.OrdinalIgnoreCase)
    {
        ["Authenticate"] = new() { PermitLimit = 10 },
        ["Token"] = new() { PermitLimit = 60 },
    };

    /// <summary>
    /// Limits of callers whose token was verified, each under a name of letters and digits that answers show, such as
    /// <c>RateLimits:Callers:hourly</c>. At <c>/token</c> the caller is the client, or the user of the session. Defaults
    /// to none.
    /// </summary>
    public IDictionary<string, CallerLimitOptions> Callers { get; } = new Dictionary<string, CallerLimitOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>
/// One limit: a bucket of permits that is full at first, loses one for each request and refills evenly. An idle
/// caller may send <see cref="PermitLimit"/> requests at once, then one per <see cref="Window"/> /
/// <see cref="PermitLimit"/>.
/// </summary>
internal sealed class RateLimitOptions
{
    public const int MaxPermitLimit = 1_000_000;
    public static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(1);

    /// <summary>How many permits the bucket holds, 1 to 1 000 000. Defaults to 600.</summary>
    public int PermitLimit { get; set; } = 600;

    /// <summary>How long an empty bucket takes to refill, 1 second to 1 day. Defaults to 1 minute.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Stops the start when section <c>RateLimits</c> holds an impossible value, naming it and its range.</summary>
internal sealed class RateLimitsOptionsValidator(FunctionCatalog functions) : IValidateOptions<RateLimitsOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitsOptions options)
    {
        var faults = new SettingFaults(RateLimitsOptions.Section);
        faults.RequireRange(nameof(options.Partitions), options.Partitions, 1 << 10, 1 << 20);
        Require(faults, nameof(options.Default), options.Default);
        Require(faults, nameof(options.UserName), options.UserName);
        Require(faults, nameof(options.Password), options.Password);
        Require(faults, nameof(options.Mail), options.Mail);
        foreach (var (route, limit) in options.Routes)
        {
            faults.Require(
                functions.All.Any(function => function.IsLimited && function.Name.Equals(route, StringComparison.OrdinalIgnoreCase)),
                $"Routes:{route}",
                $"must be the name of a function that has a limit: {NamesOfLimited()}.");
            Require(faults, $"Routes:{route}", limit);
        }

        return faults.ToResult();
    }

    private static void Require(SettingFaults faults, string setting, RateLimitOptions limit)
    {
        faults.RequireRange($"{setting}:PermitLimit", limit.PermitLimit, 1, RateLimitOptions.MaxPermitLimit);
        faults.RequireRange($"{setting}:Window", limit.Window, RateLimitOptions.MinWindow, RateLimitOptions.MaxWindow);
    }

    private string NamesOfLimited() =>
        string.Join(", ", functions.All.Where(static function => function.IsLimited).Select(static function => function.Name).Order(StringComparer.Ordinal));
}
