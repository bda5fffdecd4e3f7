using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

/// <summary>Maps the roles of a user to scopes.</summary>
internal sealed class Roles(IOptions<AuthorizationOptions> options) : IRoleScopes
{
    private readonly FrozenDictionary<string, ScopeSet> _scopes =
        options.Value.Roles.ToFrozenDictionary(static role => role.Key, static role => Read(role.Value), StringComparer.Ordinal);

    /// <summary>The roles that may change users. At least one enabled user must have one of them.</summary>
    public ImmutableArray<string> Administrative { get; } =
        [.. options.Value.Roles.Where(static role => Read(role.Value).Contains(Scopes.UsersWrite)).Select(static role => role.Key).Order(StringComparer.Ordinal)];

    /// <summary>Whether the role exists.</summary>
    public bool Exists(string role) => _scopes.ContainsKey(role);

    /// <summary>The union of the scopes of the roles. A role that no longer exists grants nothing.</summary>
    public ScopeSet ScopesOf(ImmutableArray<string> roles) => roles switch
    {
        [] => ScopeSet.Empty,
        [var role] => _scopes.GetValueOrDefault(role, ScopeSet.Empty),
        _ => ScopeSet.From(roles.SelectMany(role => _scopes.GetValueOrDefault(role, ScopeSet.Empty).Items)),
    };

    private static ScopeSet Read(string scopes) => scopes.Trim() == ScopeSet.Everything ? ScopeSet.From(Scopes.All) : ScopeSet.Parse(scopes);
}
