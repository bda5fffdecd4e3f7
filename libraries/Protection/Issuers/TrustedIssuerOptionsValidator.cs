using Gatehouse.Access;
using Gatehouse.Protection.Settings;
using Gatehouse.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Issuers;

/// <summary>Stops the start when a trusted issuer is not wholly described, or could pass for another, naming the setting.</summary>
internal sealed class TrustedIssuerOptionsValidator(IConfiguration configuration) : IValidateOptions<ProtectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var failures = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (TokensOptions.AreEnabled(configuration))
        {
            names.Add(configuration[$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"] ?? "");
        }
        else if (options.TrustedIssuers.Count == 0)
        {
            failures.Add("Protection:TrustedIssuers must name an issuer when Tokens:Enabled is false, or no token would be accepted.");
        }

        for (var i = 0; i < options.TrustedIssuers.Count; i++)
        {
            var issuer = options.TrustedIssuers[i];
            var setting = $"Protection:TrustedIssuers:{i}";
            failures.AddRange(FindFailures(issuer).Select(failure => $"{setting}:{failure}"));
            if (!issuer.ExpandNames().All(names.Add))
            {
                failures.Add($"{setting}:Issuer is one that another issuer has, or Gatehouse itself (Tokens:Issuer). Each needs its own.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> FindFailures(TrustedIssuerOptions issuer) =>
        FindAddressFailures(issuer).Concat(FindTokenFailures(issuer)).Concat(FindScopeFailures(issuer));

    private static IEnumerable<string> FindAddressFailures(TrustedIssuerOptions issuer)
    {
        if (!IsAuthority(issuer.Authority))
        {
            yield return "Authority must be an absolute https URL without query or fragment (http only on loopback), such as https://tenant.eu.auth0.com/.";
        }

        var tenants = TrustedIssuerOptions.Split(issuer.Tenants);
        if (issuer.IsForTenants() && tenants.Length == 0)
        {
            yield return "Tenants must list the ids of the tenants that are accepted when the issuer has {tenantid} in it.";
        }

        if (!issuer.IsForTenants() && tenants.Length > 0)
        {
            yield return "Tenants must be empty when the issuer has no {tenantid} in it.";
        }

        if (tenants.Any(static tenant => !Guid.TryParseExact(tenant, "D", out _) || tenant.Any(char.IsAsciiLetterUpper)))
        {
            yield return "Tenants must be tenant ids in small letters separated by spaces, such as 8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30.";
        }
    }

    private static IEnumerable<string> FindTokenFailures(TrustedIssuerOptions issuer)
    {
        if (string.IsNullOrWhiteSpace(issuer.Audience))
        {
            yield return "Audience must be what the issuer calls this API, such as https://api.example.com, or several separated by spaces.";
        }

        var algorithms = TrustedIssuerOptions.Split(issuer.Algorithms);
        if (algorithms.Length == 0 || !algorithms.All(SignatureAlgorithms.All.Contains))
        {
            yield return $"Algorithms must be some of {string.Join(' ', SignatureAlgorithms.All)}, separated by spaces. An algorithm with a shared secret is not accepted from another issuer.";
        }
    }

    private static IEnumerable<string> FindScopeFailures(TrustedIssuerOptions issuer)
    {
        if (!AreScopes(issuer.Scopes))
        {
            yield return $"Scopes must be the scopes that its tokens may give at most, separated by spaces, such as '{Scopes.ProductsRead}'. * is not taken.";
        }

        if (string.IsNullOrWhiteSpace(issuer.ScopeClaims) || string.IsNullOrWhiteSpace(issuer.RoleClaims))
        {
            yield return "ScopeClaims and RoleClaims must be names of claims separated by spaces, or - for none.";
        }

        var atMost = ScopeSet.Parse(issuer.Scopes);
        for (var i = 0; i < issuer.ClaimToScopes.Count; i++)
        {
            var mapping = issuer.ClaimToScopes[i];
            if (mapping.Claim.Length == 0 || mapping.Value.Length == 0 || !AreScopes(mapping.Scopes))
            {
                yield return $"ClaimToScopes:{i} must have Claim, Value and Scopes (separated by spaces).";
            }
            else if (!ScopeSet.Parse(mapping.Scopes).IsSubsetOf(atMost))
            {
                yield return $"ClaimToScopes:{i}:Scopes must be among the Scopes of the issuer.";
            }
        }
    }

    private static bool AreScopes(string text) =>
        TrustedIssuerOptions.Split(text) is { Length: > 0 } scopes && scopes.All(static scope => ScopeSet.IsScopeToken(scope) && scope != Access.Scopes.Everything);

    private static bool IsAuthority(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;
}
