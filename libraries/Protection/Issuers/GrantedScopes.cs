using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Maps the claims of a trusted issuer's token to scopes of this API, never more than the issuer's
/// <see cref="TrustedIssuerOptions.Scopes"/>.
/// </summary>
internal sealed class GrantedScopes(TrustedIssuerOptions options, IRoleScopes roles)
{
    private const string None = "-";

    private readonly ScopeSet _atMost = ScopeSet.Parse(options.Scopes);
    private readonly ImmutableArray<string> _scopeClaims = [.. SettingList.Split(options.ScopeClaims).Where(static claim => claim != None)];
    private readonly ImmutableArray<string> _roleClaims = [.. SettingList.Split(options.RoleClaims).Where(static claim => claim != None)];

    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="held">The roles of the caller in this API: those whose every scope the issuer may grant.</param>
    public ScopeSet Read(JsonElement payload, out ImmutableArray<string> held)
    {
        ImmutableArray<string> named = [.. _roleClaims.SelectMany(claim => ClaimValues.Read(payload, claim)).Where(roles.Exists).Distinct(StringComparer.Ordinal)];

        // A function may ask for a role instead of a scope, so a role must not bypass the limit.
        held = [.. named.Where(role => roles.ScopesOf([role]).IsSubsetOf(_atMost))];
        var scopes = ScopeSet.From(_scopeClaims
            .SelectMany(claim => ClaimValues.Read(payload, claim))
            .Concat(roles.ScopesOf(named).Items)
            .Concat(options.ClaimToScopes.Where(mapping => ClaimValues.Has(payload, mapping.Claim, mapping.Value)).SelectMany(static mapping => ScopeSet.Parse(mapping.Scopes).Items))
            .Where(_atMost.Contains));

        // Scope strings repeat, and Parse shares one set between equal ones.
        return ScopeSet.Parse(scopes.Text);
    }
}
