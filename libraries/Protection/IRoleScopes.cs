using System.Collections.Immutable;

namespace Gatehouse.Protection;

/// <summary>Maps the roles in a token to scopes. An app that has roles registers its own mapping.</summary>
internal interface IRoleScopes
{
    /// <summary>Whether there is a role of this name.</summary>
    bool Exists(string role);

    /// <summary>The union of the scopes of the roles.</summary>
    ScopeSet ScopesOf(ImmutableArray<string> roles);
}

/// <summary>For an app without roles.</summary>
internal sealed class NoRoles : IRoleScopes
{
    public bool Exists(string role) => false;

    public ScopeSet ScopesOf(ImmutableArray<string> roles) => ScopeSet.Empty;
}
