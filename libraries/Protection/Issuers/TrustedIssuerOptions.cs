using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Issuers;

/// <summary>One OpenID provider in <c>Protection:TrustedIssuers</c> whose access tokens are accepted. docs/issuers.md has presets.</summary>
internal sealed class TrustedIssuerOptions
{
    /// <summary>The placeholder for the tenant id in the issuer of a multitenant Entra application.</summary>
    public const string TenantPlaceholder = "{tenantid}";

    /// <summary>The word in <see cref="TokenTypes"/> for tokens without a type.</summary>
    public const string NoType = "none";

    /// <summary>
    /// The base URL of the provider's <c>/.well-known/openid-configuration</c>: https, or http on loopback. Required
    /// without <see cref="JwksUri"/>. Defaults to none.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// The URL of the provider's key set, for a provider without discovery document: https, or http on loopback. Defaults to
    /// none: the discovery document names it.
    /// </summary>
    public string JwksUri { get; set; } = "";

    /// <summary>
    /// The exact <c>iss</c> of its tokens. If it contains <c>{tenantid}</c>, <see cref="Tenants"/> lists the accepted
    /// tenants. Defaults to <see cref="Authority"/> as it is written.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// The exact <c>issuer</c> in the discovery document, if its access tokens name another, as those of AD FS do. Defaults to
    /// <see cref="Issuer"/>.
    /// </summary>
    public string DocumentIssuer { get; set; } = "";

    /// <summary>
    /// The ids of the accepted tenants, separated by spaces; only if <see cref="Issuer"/> contains <c>{tenantid}</c>.
    /// Defaults to none.
    /// </summary>
    public string Tenants { get; set; } = "";

    /// <summary>
    /// The provider's name for this API: the <c>aud</c> of the tokens, one or several separated by spaces. Required;
    /// has no default.
    /// </summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// The claim that must hold the <see cref="Audience"/>, for a provider whose access tokens have no <c>aud</c>: Cognito's
    /// name their client in <c>client_id</c>. Defaults to <c>aud</c>.
    /// </summary>
    public string AudienceClaim { get; set; } = "aud";

    /// <summary>
    /// The claims that may name the client, the first one found, separated by spaces. <c>sub</c> for a provider whose tokens
    /// belong to workloads, which are their own clients. Defaults to <c>client_id azp appid cid</c>.
    /// </summary>
    public string ClientClaims { get; set; } = "client_id azp appid cid";

    /// <summary>
    /// The most scopes that a token of this issuer can grant, separated by spaces, whatever it claims. <c>*</c> is
    /// not accepted, so that this setting shows what another issuer's tokens allow. Required; has no default.
    /// </summary>
    public string Scopes { get; set; } = "";

    /// <summary>
    /// The claims that hold scopes of Gatehouse, as a string separated by spaces or as an array. List the claims
    /// separated by spaces; <c>a.b</c> is the member b of the claim a; <c>-</c> means no claim. Defaults to <c>scope
    /// scp permissions</c>.
    /// </summary>
    public string ScopeClaims { get; set; } = "scope scp permissions";

    /// <summary>
    /// The claims that hold roles, which grant scopes by <c>Authorization:Roles</c>. Same format as
    /// <see cref="ScopeClaims"/>. Defaults to <c>roles</c>.
    /// </summary>
    public string RoleClaims { get; set; } = "roles";

    /// <summary>Values of other claims that grant scopes. Defaults to none.</summary>
    public IList<ClaimToScopesOptions> ClaimToScopes { get; } = [];

    /// <summary>
    /// The accepted signature algorithms, separated by spaces; asymmetric ones only. Defaults to <c>RS256 PS256
    /// ES256</c>.
    /// </summary>
    public string Algorithms { get; set; } = "RS256 PS256 ES256";

    /// <summary>
    /// The accepted types (<c>typ</c>) of access tokens, separated by spaces; <c>none</c> for tokens without a type. Most
    /// providers give ID tokens the type <c>JWT</c> or none too, so tokens of other types than <c>at+jwt</c> are refused if
    /// they look like ID tokens. Defaults to <c>at+jwt</c> (RFC 9068).
    /// </summary>
    public string TokenTypes { get; set; } = "at+jwt";

    /// <summary>
    /// The longest accepted lifetime of a token, from <c>iat</c> (or now) to <c>exp</c>: Gatehouse can't revoke the issuer's tokens,
    /// so this bounds how long a stolen one is useful. Those of Azure's managed identities live up to 24 hours and 5 minutes. 1 minute to
    /// 30 days. Defaults to 25 hours.
    /// </summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(25);

    /// <summary>
    /// The <c>acr</c> of sign-ins with more than one factor, one or several separated by spaces, such as
    /// <c>urn:okta:loa:2fa:any</c>. A token with one of them satisfies <c>[RequireMfa]</c>, as one with <c>mfa</c> in <c>amr</c>
    /// (RFC 8176) does, and the refusal of another names them. Defaults to
    /// <c>http://schemas.openid.net/pape/policies/2007/06/multi-factor</c>.
    /// </summary>
    public string MfaContexts { get; set; } = StepUp.MfaContext;

    // Methods, because every property is a setting.

    /// <summary><see cref="Issuer"/>, or <see cref="Authority"/> when it is empty.</summary>
    public string FindIssuer() => Issuer.Length > 0 ? Issuer : Authority;

    /// <summary>Whether the issuer has one name for each tenant.</summary>
    public bool IsForTenants() => FindIssuer().Contains(TenantPlaceholder, StringComparison.Ordinal);

    /// <summary>The place of its keys.</summary>
    public IssuerKeyAddress FindKeyAddress() =>
        JwksUri.Length > 0
            ? IssuerKeyAddress.OfKeySet(JwksUri, FindIssuer())
            : IssuerKeyAddress.OfAuthority(Authority, FindIssuer(), DocumentIssuer.Length > 0 ? DocumentIssuer : FindIssuer());

    /// <summary>The accepted values of <c>iss</c>.</summary>
    public IEnumerable<string> ExpandNames() =>
        IsForTenants()
            ? SettingList.Split(Tenants).Select(tenant => FindIssuer().Replace(TenantPlaceholder, tenant, StringComparison.Ordinal))
            : [FindIssuer()];
}

/// <summary>A value of a claim that grants scopes, such as the id of a group.</summary>
internal sealed class ClaimToScopesOptions
{
    /// <summary>The claim; <c>a.b</c> is the member b of the claim a. Required; has no default.</summary>
    public string Claim { get; set; } = "";

    /// <summary>The value: the whole string, an item of the array, or a word of <c>scope</c> or <c>scp</c>. Required; has no default.</summary>
    public string Value { get; set; } = "";

    /// <summary>
    /// The scopes that the value grants, separated by spaces; the issuer's own Scopes must contain them too.
    /// Required; has no default.
    /// </summary>
    public string Scopes { get; set; } = "";
}
