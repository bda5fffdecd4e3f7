using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Configuration section <c>Revocation</c>.</summary>
internal sealed class RevocationOptions
{
    public const string Section = "Revocation";

    /// <summary>
    /// The age from which an instance reads the feed again in the background, 1 second to 1 minute. Defaults to 5
    /// seconds.
    /// </summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The age of the feed from which requests wait for the next read, up to 5 minutes and not below RefreshAfter.
    /// Defaults to 15 seconds.
    /// </summary>
    public TimeSpan WaitAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The age of the feed from which the instance reports itself unready, up to 1 hour and not below WaitAfter.
    /// Defaults to 1 minute.
    /// </summary>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The age of the feed from which every access token is refused. It keeps revoked tokens out while the storage is
    /// unavailable, and valid ones too. Up to 1 day and not below WaitAfter. Defaults to off.
    /// </summary>
    public TimeSpan? FailClosedAfter { get; set; }
}

/// <summary>Stops the start when section <c>Revocation</c> holds an impossible value, naming it and its range.</summary>
internal sealed class RevocationOptionsValidator : IValidateOptions<RevocationOptions>
{
    public ValidateOptionsResult Validate(string? name, RevocationOptions options)
    {
        var faults = new SettingFaults(RevocationOptions.Section);
        faults.RequireRange(nameof(options.RefreshAfter), options.RefreshAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        faults.RequireRange(nameof(options.WaitAfter), options.WaitAfter, options.RefreshAfter, TimeSpan.FromMinutes(5));
        faults.RequireRange(nameof(options.UnhealthyAfter), options.UnhealthyAfter, options.WaitAfter, TimeSpan.FromHours(1));
        if (options.FailClosedAfter is { } failClosedAfter)
        {
            faults.RequireRange(nameof(options.FailClosedAfter), failClosedAfter, options.WaitAfter, TimeSpan.FromDays(1));
        }

        return faults.ToResult();
    }
}
