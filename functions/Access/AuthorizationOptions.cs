using Gatehouse.Protection;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

/// <summary>Configuration section <c>Authorization</c>.</summary>
internal sealed class AuthorizationOptions
{
    public const string Section = "Authorization";

    /// <summary>
    /// The scopes that each role grants, separated by spaces; <c>*</c> stands for all scopes of Gatehouse and all that another role names. Configured
    /// roles add to the defaults and replace those of the same name. Defaults to
    /// <c>viewer</c>: products:read, <c>editor</c>: products:read products:write,
    /// <c>admin</c>: *.
    /// </summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["viewer"] = Scopes.ProductsRead,
        ["editor"] = $"{Scopes.ProductsRead} {Scopes.ProductsWrite}",
        ["admin"] = ScopeSet.Everything,
    };
}

/// <summary>Stops the start when a role in section <c>Authorization</c> names an invalid scope, or no role may administer users.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options)
    {
        var faults = new SettingFaults(AuthorizationOptions.Section);
        foreach (var (role, scopes) in options.Roles)
        {
            faults.Require(
                role.Length > 0 && scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(ScopeSet.IsScopeToken),
                $"Roles:{role}",
                $"must be scopes separated by spaces, such as '{Scopes.ProductsRead}', or * for all.");
        }

        faults.Require(
            options.Roles.Values.Any(static scopes => scopes.Trim() == ScopeSet.Everything || ScopeSet.Parse(scopes).Contains(Scopes.UsersWrite)),
            nameof(options.Roles),
            $"must have a role that grants {Scopes.UsersWrite}, or no user could administer users.");
        return faults.ToResult();
    }
}
