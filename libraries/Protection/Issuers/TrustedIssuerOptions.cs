using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Issuers;

/// <summary>One OpenID provider in <c>Protection:TrustedIssuers</c> whose access tokens are accepted. docs/issuers.md has presets.</summary>
internal sealed class TrustedIssuerOptions
{
    /// <summary>What stands for the id of a tenant in the issuer of an Entra application for several tenants.</summary>
    public const string TenantPlaceholder = "{tenantid}";

    /// <summary>
    /// The URL below which the provider's <c>/.well-known/openid-configuration</c> is: https, or http on loopback.
    /// Required; has no default.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// The <c>iss</c> of its tokens and of its discovery document, to the letter. With <c>{tenantid}</c> in it
    /// <see cref="Tenants"/> says which ones are accepted. Defaults to <see cref="Authority"/> as it is written.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>The ids of the tenants that are accepted, separated by spaces: only with <c>{tenantid}</c> in <see cref="Issuer"/>. Defaults to none.</summary>
    public string Tenants { get; set; } = "";

    /// <summary>What the provider calls this API: the <c>aud</c> of the tokens, one or several separated by spaces. Required; has no default.</summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// The scopes that a token of this issuer can give, separated by spaces, whatever it claims. <c>*</c> is not taken:
    /// what a stranger may do is to be read here. Required; has no default.
    /// </summary>
    public string Scopes { get; set; } = "";

    /// <summary>
    /// The claims that hold scopes by the names that Gatehouse gives them, as a text with spaces or as an array.
    /// Separated by spaces; <c>a.b</c> is the member b of the claim a; <c>-</c> for none. Defaults to <c>scope scp permissions</c>.
    /// </summary>
    public string ScopeClaims { get; set; } = "scope scp permissions";

    /// <summary>
    /// The claims that hold roles, which give scopes by <c>Authorization:Roles</c>. Written as <see cref="ScopeClaims"/>.
    /// Defaults to <c>roles</c>.
    /// </summary>
    public string RoleClaims { get; set; } = "roles";

    /// <summary>Values of other claims that give scopes. Defaults to none.</summary>
    public IList<ClaimToScopesOptions> ClaimToScopes { get; } = [];

    /// <summary>The signature algorithms that are accepted, separated by spaces; asymmetric ones only. Defaults to <c>RS256 PS256 ES256</c>.</summary>
    public string Algorithms { get; set; } = "RS256 PS256 ES256";

    /// <summary>
    /// Whether access tokens of the type (<c>typ</c>) <c>JWT</c> are accepted, which most providers' are, and their ID
    /// tokens too: what looks like an ID token is refused then. Defaults to false: only <c>at+jwt</c> (RFC 9068).
    /// </summary>
    public bool AcceptJwtType { get; set; }

    // Methods, not properties: whatever is a property is a setting.

    /// <summary><see cref="Issuer"/>, or what stands for it.</summary>
    public string FindIssuer() => Issuer.Length > 0 ? Issuer : Authority;

    /// <summary>Whether the issuer has a name for each tenant.</summary>
    public bool IsForTenants() => FindIssuer().Contains(TenantPlaceholder, StringComparison.Ordinal);

    /// <summary>Every <c>iss</c> that is accepted.</summary>
    public IEnumerable<string> ExpandNames() =>
        IsForTenants()
            ? SettingList.Split(Tenants).Select(tenant => FindIssuer().Replace(TenantPlaceholder, tenant, StringComparison.Ordinal))
            : [FindIssuer()];
}

/// <summary>A value of a claim that gives scopes, such as the id of a group.</summary>
internal sealed class ClaimToScopesOptions
{
    /// <summary>The claim; <c>a.b</c> is the member b of the claim a. Required; has no default.</summary>
    public string Claim { get; set; } = "";

    /// <summary>The value: all of the text, one of its words, or one of the array. Required; has no default.</summary>
    public string Value { get; set; } = "";

    /// <summary>What it gives, separated by spaces; the issuer's own Scopes must have it too. Required; has no default.</summary>
    public string Scopes { get; set; } = "";
}
