using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>Stops the start when a role in section <c>Authorization</c> gives something that is no scope.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options)
    {
        var failures = options.Roles
            .Where(static role => role.Key.Length == 0 || !role.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(ScopeSet.IsScopeToken))
            .Select(static role => $"Authorization:Roles:{role.Key} must be scopes separated by spaces, such as '{Scopes.ProductsRead}', or * for all.")
            .ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
