using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>Stops the start when section <c>RateLimits</c> holds an impossible value, naming it and its range.</summary>
internal sealed class RateLimitsOptionsValidator(FunctionCatalog functions) : IValidateOptions<RateLimitsOptions>
{
    private const int MinPartitions = 1 << 10;
    private const int MaxPartitions = 1 << 20;

    public ValidateOptionsResult Validate(string? name, RateLimitsOptions options)
    {
        var failures = new List<string>();
        if (options.Partitions is < MinPartitions or > MaxPartitions)
        {
            failures.Add($"RateLimits:Partitions must be between {MinPartitions} and {MaxPartitions}.");
        }

        AddFailures(failures, "RateLimits:Default", options.Default);
        AddFailures(failures, "RateLimits:UserName", options.UserName);
        foreach (var (route, limit) in options.Routes)
        {
            if (!functions.All.Any(function => IsLimited(function) && function.Name.Equals(route, StringComparison.OrdinalIgnoreCase)))
            {
                failures.Add($"RateLimits:Routes:{route} must be the name of a function that is limited: {NamesOfLimited()}.");
            }

            AddFailures(failures, $"RateLimits:Routes:{route}", limit);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Whether a function has a limit: all but those that say <c>[DisableRateLimiting]</c>.</summary>
    public static bool IsLimited(FunctionEndpoint function) => !function.Method.IsDefined(typeof(DisableRateLimitingAttribute), inherit: false);

    private static void AddFailures(List<string> failures, string setting, RateLimitOptions limit)
    {
        if (limit.PermitLimit is < 1 or > RateLimitOptions.MaxPermitLimit)
        {
            failures.Add($"{setting}:PermitLimit must be between 1 and {RateLimitOptions.MaxPermitLimit}.");
        }

        if (limit.Window < RateLimitOptions.MinWindow || limit.Window > RateLimitOptions.MaxWindow)
        {
            failures.Add($"{setting}:Window must be between {RateLimitOptions.MinWindow:c} and {RateLimitOptions.MaxWindow:c}.");
        }
    }

    private string NamesOfLimited() =>
        string.Join(", ", functions.All.Where(IsLimited).Select(static function => function.Name).Order(StringComparer.Ordinal));
}
