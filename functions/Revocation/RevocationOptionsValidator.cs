using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Stops the start when section <c>Revocation</c> holds an impossible value, naming it and its range.</summary>
internal sealed class RevocationOptionsValidator : IValidateOptions<RevocationOptions>
{
    public ValidateOptionsResult Validate(string? name, RevocationOptions options)
    {
        var failures = new List<string>();
        RequireRange(failures, nameof(options.RefreshAfter), options.RefreshAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        RequireRange(failures, nameof(options.WaitAfter), options.WaitAfter, options.RefreshAfter, TimeSpan.FromMinutes(5));
        RequireRange(failures, nameof(options.UnhealthyAfter), options.UnhealthyAfter, options.WaitAfter, TimeSpan.FromHours(1));
        if (options.FailClosedAfter is { } failClosedAfter)
        {
            RequireRange(failures, nameof(options.FailClosedAfter), failClosedAfter, options.WaitAfter, TimeSpan.FromDays(1));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void RequireRange(List<string> failures, string setting, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
        {
            failures.Add($"Revocation:{setting} must be between {minimum:c} and {maximum:c}.");
        }
    }
}
