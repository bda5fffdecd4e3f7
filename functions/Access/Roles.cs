using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

/// <summary>Maps the roles of a user to scopes.</summary>
internal sealed class Roles(IOptions<AuthorizationOptions> options) : IRoleScopes
{
    private readonly FrozenDictionary<string, ScopeSet> _scopes = Read(options.Value);

    /// <summary>
    /// The roles that may change users, except those that another such role exceeds: their holders lack scopes that an
    /// administrator has, so they can't create one. At least one enabled user must have one of these roles.
    /// </summary>
    public ImmutableArray<string> Administrative { get; } = FindAdministrative(Read(options.Value));

    /// <summary>The names of the roles, in their order.</summary>
    public ImmutableArray<string> Names { get; } = [.. options.Value.Roles.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Every scope that can be granted: those of Gatehouse's own functions, and those that a role names.</summary>
    public ScopeSet Everything { get; } = FindEverything(options.Value);

    /// <summary>Whether the role exists.</summary>
    public bool Exists(string role) => _scopes.ContainsKey(role);

    /// <summary>The union of the scopes of the roles. A role that no longer exists grants nothing.</summary>
    public ScopeSet ScopesOf(ImmutableArray<string> roles) => roles switch
    {
        [] => ScopeSet.Empty,
        [var role] => _scopes.GetValueOrDefault(role, ScopeSet.Empty),
        _ => ScopeSet.From(roles.SelectMany(role => _scopes.GetValueOrDefault(role, ScopeSet.Empty).Items)),
    };

    /// <summary>Those of the roles that a token with these scopes may carry: a function may ask for a role instead of a scope.</summary>
    public ImmutableArray<string> CarriedBy(ScopeSet scopes, ImmutableArray<string> roles) =>
        [.. roles.Where(role => _scopes.TryGetValue(role, out var granted) && granted.IsSubsetOf(scopes))];

    private static FrozenDictionary<string, ScopeSet> Read(AuthorizationOptions options)
    {
        var everything = FindEverything(options);
        return options.Roles.ToFrozenDictionary(
            static role => role.Key,
            role => IsEverything(role.Value) ? everything : ScopeSet.Parse(role.Value),
            StringComparer.Ordinal);
    }

    private static ScopeSet FindEverything(AuthorizationOptions options) =>
        ScopeSet.From(Scopes.All.Concat(options.Roles.Values.Where(static scopes => !IsEverything(scopes)).SelectMany(static scopes => ScopeSet.Parse(scopes).Items)));

    private static bool IsEverything(string scopes) => scopes.Trim() == ScopeSet.Everything;

    private static ImmutableArray<string> FindAdministrative(FrozenDictionary<string, ScopeSet> roles)
    {
        var candidates = roles.Where(static role => role.Value.Contains(Scopes.UsersWrite)).ToArray();
        return
        [
            .. candidates
                .Where(role => !candidates.Any(other => role.Value.IsSubsetOf(other.Value) && !other.Value.IsSubsetOf(role.Value)))
                .Select(static role => role.Key)
                .Order(StringComparer.Ordinal),
        ];
    }
}
