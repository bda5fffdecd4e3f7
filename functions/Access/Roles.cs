using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

/// <summary>Which scopes the roles of a person give.</summary>
internal sealed class Roles(IOptions<AuthorizationOptions> options) : IRoleScopes
{
    private readonly FrozenDictionary<string, ScopeSet> _scopes =
        options.Value.Roles.ToFrozenDictionary(static role => role.Key, static role => Read(role.Value), StringComparer.Ordinal);

    /// <summary>The roles that may change users. Somebody must have one of them.</summary>
    public ImmutableArray<string> Administrative { get; } =
        [.. options.Value.Roles.Where(static role => Read(role.Value).Contains(Scopes.UsersWrite)).Select(static role => role.Key).Order(StringComparer.Ordinal)];

    /// <summary>Whether there is such a role.</summary>
    public bool Exists(string role) => _scopes.ContainsKey(role);

    /// <summary>All that the roles give together. A role that no longer exists gives nothing.</summary>
    public ScopeSet ScopesOf(ImmutableArray<string> roles) => roles switch
    {
        [] => ScopeSet.Empty,
        [var role] => _scopes.GetValueOrDefault(role, ScopeSet.Empty),
        _ => ScopeSet.From(roles.SelectMany(role => _scopes.GetValueOrDefault(role, ScopeSet.Empty).Items)),
    };

    private static ScopeSet Read(string scopes) => scopes.Trim() == ScopeSet.Everything ? ScopeSet.From(Scopes.All) : ScopeSet.Parse(scopes);
}
