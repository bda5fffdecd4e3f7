using System.Collections.Immutable;

namespace Gatehouse.Protection;

/// <summary>Which scopes the roles in a token give. An app that has roles registers its own.</summary>
internal interface IRoleScopes
{
    /// <summary>Whether there is a role of this name.</summary>
    bool Exists(string role);

    /// <summary>All scopes that the roles give together.</summary>
    ScopeSet ScopesOf(ImmutableArray<string> roles);
}

/// <summary>For an app without roles.</summary>
internal sealed class NoRoles : IRoleScopes
{
    public bool Exists(string role) => false;

    public ScopeSet ScopesOf(ImmutableArray<string> roles) => ScopeSet.Empty;
}
