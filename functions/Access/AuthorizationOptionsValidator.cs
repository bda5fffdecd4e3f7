using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

/// <summary>Stops the start when a role in section <c>Authorization</c> gives something that is no scope.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options)
    {
        var failures = options.Roles
            .Where(static role => role.Key.Length == 0 || !role.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(ScopeSet.IsScopeToken))
            .Select(static role => $"Authorization:Roles:{role.Key} must be scopes separated by spaces, such as '{Scopes.ProductsRead}', or * for all.")
            .ToList();
        if (!options.Roles.Values.Any(static scopes => scopes.Trim() == Scopes.Everything || ScopeSet.Parse(scopes).Contains(Scopes.UsersWrite)))
        {
            failures.Add($"Authorization:Roles must have a role that gives {Scopes.UsersWrite}, or nobody could administer users.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
