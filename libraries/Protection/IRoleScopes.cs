using System.Collections.Immutable;

namespace Gatehouse.Protection;

/// <summary>
/// Maps the roles in tokens to scopes. An app that has roles of its own registers its mapping. Without one, a token carries the
/// roles that its issuer names, and they grant no scopes.
/// </summary>
public interface IRoleScopes
{
    /// <summary>Whether there is a role of this name. Tokens carry no other.</summary>
    /// <param name="role">The name, compared character by character.</param>
    bool Exists(string role);

    /// <summary>The union of the scopes of the roles.</summary>
    /// <param name="roles">The roles.</param>
    ScopeSet ScopesOf(ImmutableArray<string> roles);
}

/// <summary>For an app without a mapping.</summary>
internal sealed class UnmappedRoles : IRoleScopes
{
    public bool Exists(string role) => true;

    public ScopeSet ScopesOf(ImmutableArray<string> roles) => ScopeSet.Empty;
}
