using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Configuration section <c>Revocation</c>.</summary>
internal sealed class RevocationOptions
{
    public const string Section = "Revocation";

    /// <summary>What an instance knows of the feed is read again in the background when it is older than this, 1 second to 1 minute. Defaults to 5 seconds.</summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A request waits for the reading when it is older than this, up to 5 minutes and not below RefreshAfter. Defaults to 15 seconds.</summary>
    public TimeSpan WaitAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The instance calls itself unready when the feed could not be read for this long, up to 1 hour and not below WaitAfter. Defaults to 1 minute.</summary>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Access tokens are refused when the feed could not be read for this long: a revoked token then does no harm while
    /// the storage is away, and no other token does any good. Up to 1 day and not below WaitAfter. Defaults to off.
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
