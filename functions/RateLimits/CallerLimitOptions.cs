using Gatehouse.Access;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>
/// One limit of callers whose token was verified (<c>RateLimits:Callers:hourly</c>, …). It counts beside the limits
/// by address, which run before the token is read.
/// </summary>
internal sealed class CallerLimitOptions
{
    public static readonly TimeSpan MinSharedWindow = TimeSpan.FromMinutes(1);

    private const int SlicesPerLimit = 10;

    /// <summary>How many permits the bucket holds, 1 to 1 000 000. Defaults to 1 000.</summary>
    public int PermitLimit { get; set; } = 1000;

    /// <summary>How long an empty bucket takes to refill, 1 second to 1 day; with <see cref="Shared"/> at least 1 minute. Defaults to 1 hour.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The owner of a bucket: each caller (a user or a client, from any number of addresses), or each role, so that all
    /// callers with the role share one. A request of a caller with several roles counts for each. Defaults to <c>Caller</c>.
    /// </summary>
    public LimitedBy By { get; set; }

    /// <summary>
    /// The roles that the limit is for, separated by spaces. Users without one of them and clients, which have no roles, are
    /// not counted. Defaults to everybody.
    /// </summary>
    public string Roles { get; set; } = "";

    /// <summary>
    /// The names of the functions that count together, separated by spaces. Defaults to all that have a caller: those that
    /// ask for a token, and <c>Token</c>; but not <c>Logout</c> and <c>ChangePassword</c>, or a thief who uses up a user's
    /// permits would keep the user from ending the session.
    /// </summary>
    public string Functions { get; set; } = "";

    /// <summary>
    /// Whether all instances count together, through the storage. An instance leases permits in slices, so only the first
    /// request of a slice waits for the storage. Defaults to false: each instance counts its own requests.
    /// </summary>
    public bool Shared { get; set; }

    /// <summary>
    /// How many permits an instance leases at a time for a caller, 1 to <see cref="PermitLimit"/>, if the limit is shared.
    /// Larger slices cost fewer requests to the storage; smaller ones leave fewer permits unused on other instances. It is
    /// also what an instance gives a caller in each window while the storage is unavailable. Defaults to a tenth of
    /// PermitLimit.
    /// </summary>
    public int? Slice { get; set; }

    /// <summary><see cref="Slice"/> or its default.</summary>
    public int SliceOrDefault => Slice ?? Math.Max(1, PermitLimit / SlicesPerLimit);
}

/// <summary>What a limit counts separately.</summary>
internal enum LimitedBy
{
    /// <summary>Each user and each client.</summary>
    Caller,

    /// <summary>Each role, for all callers that have it.</summary>
    Role,
}

/// <summary>Stops the start when a limit of callers has an impossible value, or names an unknown function or role.</summary>
internal sealed class CallerLimitsValidator(FunctionCatalog functions, CallerLimitedFunctions limited, IOptions<AuthorizationOptions> authorization) : IValidateOptions<RateLimitsOptions>
{
    private const int MaxNameLength = 32;

    public ValidateOptionsResult Validate(string? name, RateLimitsOptions options)
    {
        var faults = new SettingFaults(RateLimitsOptions.Section);
        foreach (var (key, limit) in options.Callers)
        {
            var setting = $"{nameof(options.Callers)}:{key}";
            faults.Require(IsName(key), setting, $"must have a name of 1 to {MaxNameLength} letters and digits, such as hourly, that is not the name of a function or of another limit.");
            faults.RequireRange($"{setting}:PermitLimit", limit.PermitLimit, 1, RateLimitOptions.MaxPermitLimit);
            faults.RequireRange($"{setting}:Window", limit.Window, limit.Shared ? CallerLimitOptions.MinSharedWindow : RateLimitOptions.MinWindow, RateLimitOptions.MaxWindow);
            faults.Require(Enum.IsDefined(limit.By), $"{setting}:By", $"must be {string.Join(" or ", Enum.GetNames<LimitedBy>())}.");
            foreach (var role in SettingList.Split(limit.Roles).Where(role => !authorization.Value.Roles.ContainsKey(role)))
            {
                faults.Require(false, $"{setting}:Roles", $"names the role '{role}', which section Authorization does not have.");
            }

            foreach (var function in SettingList.Split(limit.Functions).Where(function => !limited.Contains(function)))
            {
                faults.Require(false, $"{setting}:Functions", $"names '{function}', which has no limit of callers. These have one: {string.Join(", ", limited.Names)}.");
            }

            if (limit.Slice is { } slice)
            {
                faults.Require(limit.Shared, $"{setting}:Slice", $"needs {RateLimitsOptions.Section}:{setting}:Shared to be true.");
                faults.RequireRange($"{setting}:Slice", slice, 1, limit.PermitLimit);
            }
        }

        return faults.ToResult();
    }

    // Answers show the name beside those of the other limits.
    private bool IsName(string name) =>
        name.Length <= MaxNameLength
        && name.All(char.IsAsciiLetterOrDigit)
        && !name.Equals(nameof(RateLimitsOptions.Default), StringComparison.OrdinalIgnoreCase)
        && !name.Equals(nameof(RateLimitsOptions.UserName), StringComparison.OrdinalIgnoreCase)
        && !name.Equals(nameof(RateLimitsOptions.Password), StringComparison.OrdinalIgnoreCase)
        && !functions.All.Any(function => function.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
