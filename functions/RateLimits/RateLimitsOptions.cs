using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

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

/// <summary>
/// One limit: a bucket of permits that is full at first, loses one for each request and fills evenly. A caller that was
/// quiet may send <see cref="PermitLimit"/> requests at once; after that one each <see cref="Window"/> / <see cref="PermitLimit"/>.
/// </summary>
internal sealed class RateLimitOptions
{
    public const int MaxPermitLimit = 1_000_000;
    public static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(1);

    /// <summary>How many permits the bucket holds, 1 to 1 000 000. Defaults to 600.</summary>
    public int PermitLimit { get; set; } = 600;

    /// <summary>How long an empty bucket takes to be full again, 1 second to 1 day. Defaults to 1 minute.</summary>
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
        foreach (var (route, limit) in options.Routes)
        {
            faults.Require(
                functions.All.Any(function => IsLimited(function) && function.Name.Equals(route, StringComparison.OrdinalIgnoreCase)),
                $"Routes:{route}",
                $"must be the name of a function that is limited: {NamesOfLimited()}.");
            Require(faults, $"Routes:{route}", limit);
        }

        return faults.ToResult();
    }

    /// <summary>Whether a function has a limit: all but those that say <c>[DisableRateLimiting]</c>.</summary>
    public static bool IsLimited(FunctionEndpoint function) => !function.Method.IsDefined(typeof(DisableRateLimitingAttribute), inherit: false);

    private static void Require(SettingFaults faults, string setting, RateLimitOptions limit)
    {
        faults.RequireRange($"{setting}:PermitLimit", limit.PermitLimit, 1, RateLimitOptions.MaxPermitLimit);
        faults.RequireRange($"{setting}:Window", limit.Window, RateLimitOptions.MinWindow, RateLimitOptions.MaxWindow);
    }

    private string NamesOfLimited() =>
        string.Join(", ", functions.All.Where(IsLimited).Select(static function => function.Name).Order(StringComparer.Ordinal));
}
