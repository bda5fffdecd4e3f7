using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>Stops the start when section <c>Authentication</c> holds an impossible value, naming it and its range.</summary>
internal sealed class AuthenticationOptionsValidator : IValidateOptions<AuthenticationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options) =>
        options.HashingIterations is < 100_000 or > 10_000_000
            ? ValidateOptionsResult.Fail("Authentication:HashingIterations must be between 100000 and 10000000.")
            : ValidateOptionsResult.Success;
}
