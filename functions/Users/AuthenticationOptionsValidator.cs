using Gatehouse.Keys;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>Stops the start when section <c>Authentication</c> holds an impossible value, naming it and its range.</summary>
internal sealed class AuthenticationOptionsValidator : IValidateOptions<AuthenticationOptions>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        var failures = new List<string>();
        RequireRange(failures, nameof(options.HashingIterations), options.HashingIterations, 100_000, 10_000_000);
        RequireRange(failures, nameof(options.HashingConcurrency), options.HashingConcurrency, 1, 64);
        RequireRange(failures, nameof(options.HashingQueueLength), options.HashingQueueLength, 0, 1000);
        RequireRange(failures, nameof(options.LockoutThreshold), options.LockoutThreshold, 3, 100);
        RequireRange(failures, nameof(options.LockoutDuration), options.LockoutDuration, Second, Day);
        RequireRange(failures, nameof(options.MaxLockoutDuration), options.MaxLockoutDuration, options.LockoutDuration, Day);
        if (!FileSecretSource.IsSecretName(options.BootstrapSecretName))
        {
            failures.Add("Authentication:BootstrapSecretName must be the name of a Key Vault secret: 1 to 127 letters, digits and dashes.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void RequireRange<T>(List<string> failures, string setting, T value, T minimum, T maximum)
        where T : IComparable<T>
    {
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
        {
            failures.Add(FormattableString.Invariant($"Authentication:{setting} must be between {minimum} and {maximum}."));
        }
    }
}
