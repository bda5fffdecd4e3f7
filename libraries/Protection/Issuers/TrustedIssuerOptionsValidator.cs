using Gatehouse.Protection.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Issuers;

/// <summary>Stops the start when a trusted issuer lacks a setting, has an invalid one, or has the name of another issuer.</summary>
internal sealed class TrustedIssuerOptionsValidator(IServiceProviderIsService services) : IValidateOptions<ProtectionOptions>
{
    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    private const string Setting = $"{ProtectionOptions.Section}:{nameof(ProtectionOptions.TrustedIssuers)}";

    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var faults = new SettingFaults(Setting);
        if (!services.IsService(typeof(ITokenIssuer)))
        {
            return ValidateOptionsResult.Fail($"{Setting} must name an issuer, because this app issues no tokens of its own and would accept no token.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, issuer) in options.TrustedIssuers.Index())
        {
            foreach (var (setting, must) in FindFailures(issuer))
            {
                faults.Require(false, $"{i}:{setting}", must);
            }

            faults.RequireRange($"{i}:{nameof(issuer.MaxLifetime)}", issuer.MaxLifetime, MinLifetime, MaxLifetime);
            faults.Require(issuer.ExpandNames().All(names.Add), $"{i}:Issuer", "is the name of another issuer too. Give each issuer its own.");
        }

        return faults.ToResult();
    }

    private static IEnumerable<(string Setting, string Must)> FindFailures(TrustedIssuerOptions issuer) =>
        FindAddressFailures(issuer).Concat(FindTokenFailures(issuer)).Concat(FindScopeFailures(issuer));

    private static IEnumerable<(string Setting, string Must)> FindAddressFailures(TrustedIssuerOptions issuer)
    {
        if (issuer.JwksUri.Length == 0 ? !SafeAddress.IsBaseUrl(issuer.Authority) : issuer.Authority.Length > 0)
        {
            yield return ("Authority", issuer.JwksUri.Length == 0
                ? "must be an absolute https URL without query or fragment (http only on loopback), such as https://tenant.eu.auth0.com/."
                : "must be empty, because JwksUri is set: there is no discovery document to read.");
        }

        if (issuer.JwksUri.Length > 0 && !(Uri.TryCreate(issuer.JwksUri, UriKind.Absolute, out var keys) && SafeAddress.IsSafe(keys)))
        {
            yield return ("JwksUri", "must be the absolute https URL of a key set (http only on loopback), such as https://issuer.example.com/keys.");
        }

        if (issuer.JwksUri.Length > 0 && issuer.Issuer.Length == 0)
        {
            yield return ("Issuer", "must be the iss of the tokens, because JwksUri is set and no discovery document names it.");
        }

        if (issuer.JwksUri.Length > 0 && issuer.DocumentIssuer.Length > 0)
        {
            yield return ("DocumentIssuer", "must be empty, because JwksUri is set: there is no discovery document to read.");
        }

        var tenants = SettingList.Split(issuer.Tenants);
        if (issuer.IsForTenants() && tenants.Length == 0)
        {
            yield return ("Tenants", "must list the ids of the accepted tenants, because the issuer contains {tenantid}.");
        }

        if (!issuer.IsForTenants() && tenants.Length > 0)
        {
            yield return ("Tenants", "must be empty, because the issuer does not contain {tenantid}.");
        }

        if (tenants.Any(static tenant => !Guid.TryParseExact(tenant, "D", out _) || tenant.Any(char.IsAsciiLetterUpper)))
        {
            yield return ("Tenants", "must be tenant ids in lower case separated by spaces, such as 8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30.");
        }
    }

    private static IEnumerable<(string Setting, string Must)> FindTokenFailures(TrustedIssuerOptions issuer)
    {
        if (string.IsNullOrWhiteSpace(issuer.Audience))
        {
            yield return ("Audience", "must be the issuer's name for this API, such as https://api.example.com, or several separated by spaces.");
        }

        if (SettingList.Split(issuer.AudienceClaim).Length != 1)
        {
            yield return ("AudienceClaim", "must be the name of one claim, such as aud or client_id.");
        }

        if (SettingList.Split(issuer.ClientClaims).Length == 0)
        {
            yield return ("ClientClaims", "must be names of claims separated by spaces, such as 'client_id azp', or sub.");
        }

        if (SettingList.Split(issuer.TokenTypes) is not { Length: > 0 } types || !types.All(IsMediaType))
        {
            yield return ("TokenTypes", "must be types (typ) of access tokens separated by spaces, such as 'at+jwt JWT', or none for tokens without a type.");
        }

        if (SettingList.Split(issuer.MfaContexts) is not { Length: > 0 } contexts || !contexts.All(ScopeSet.IsScopeToken))
        {
            yield return ("MfaContexts", "must be values of acr separated by spaces, such as urn:okta:loa:2fa:any, in visible ASCII characters without quote and backslash.");
        }

        var algorithms = SettingList.Split(issuer.Algorithms);
        if (algorithms.Length == 0 || !algorithms.All(PublishedKey.AllAlgorithms.Contains))
        {
            yield return ("Algorithms", $"must be some of {string.Join(' ', PublishedKey.AllAlgorithms)}, separated by spaces. Algorithms with a shared secret are not accepted from another issuer.");
        }
    }

    private static IEnumerable<(string Setting, string Must)> FindScopeFailures(TrustedIssuerOptions issuer)
    {
        if (!AreScopes(issuer.Scopes))
        {
            yield return ("Scopes", "must be the most scopes that its tokens may grant, separated by spaces, such as 'orders:read'. * is not accepted.");
        }

        if (string.IsNullOrWhiteSpace(issuer.ScopeClaims) || string.IsNullOrWhiteSpace(issuer.RoleClaims))
        {
            yield return ("ScopeClaims", "and RoleClaims must be names of claims separated by spaces, or - for none.");
        }

        var atMost = ScopeSet.Parse(issuer.Scopes);
        for (var i = 0; i < issuer.ClaimToScopes.Count; i++)
        {
            var mapping = issuer.ClaimToScopes[i];
            if (mapping.Claim.Length == 0 || mapping.Value.Length == 0 || !AreScopes(mapping.Scopes))
            {
                yield return ($"ClaimToScopes:{i}", "must have Claim, Value and Scopes (separated by spaces).");
            }
            else if (!ScopeSet.Parse(mapping.Scopes).IsSubsetOf(atMost))
            {
                yield return ($"ClaimToScopes:{i}:Scopes", "must be among the Scopes of the issuer.");
            }
        }
    }

    // RFC 6838 §4.2.
    private static bool IsMediaType(string text) => text.All(static character => char.IsAsciiLetterOrDigit(character) || "/!#$&-^_.+".Contains(character, StringComparison.Ordinal));

    private static bool AreScopes(string text) =>
        SettingList.Split(text) is { Length: > 0 } scopes && scopes.All(static scope => ScopeSet.IsScopeToken(scope) && scope != ScopeSet.Everything);
}
