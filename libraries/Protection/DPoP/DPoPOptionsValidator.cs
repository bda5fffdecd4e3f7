using Gatehouse.Access;
using Gatehouse.Keys;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>Stops the start when section <c>Protection:DPoP</c> holds an impossible value, naming it and its range.</summary>
internal sealed class DPoPOptionsValidator(FunctionCatalog functions, Roles roles, IEnumerable<KeyRing> rings) : IValidateOptions<DPoPOptions>
{
    public ValidateOptionsResult Validate(string? name, DPoPOptions options)
    {
        var failures = new List<string>();
        if (options.NonceLifetime < TimeSpan.FromSeconds(30) || options.NonceLifetime > TimeSpan.FromHours(1))
        {
            failures.Add("Protection:DPoP:NonceLifetime must be between 00:00:30 and 01:00:00.");
        }

        if (options.RequireNonce && !rings.Any())
        {
            failures.Add("Protection:DPoP:RequireNonce must be false without tokens of its own (Tokens:Enabled): nonces are made with the signing keys.");
        }

        if (options.RememberedProofs is < 1_000 or > 10_000_000)
        {
            failures.Add("Protection:DPoP:RememberedProofs must be between 1000 and 10000000.");
        }

        if (options.RememberedKeys is < 0 or > 100_000)
        {
            failures.Add("Protection:DPoP:RememberedKeys must be between 0 and 100000.");
        }

        // A name that is misspelt would leave open what it was to protect.
        foreach (var function in SettingList.Split(options.RequiredForFunctions).Where(function => function != DPoPRequirements.Every && !NeedsToken(function)))
        {
            failures.Add($"Protection:DPoP:RequiredForFunctions names '{function}', which is no function that needs a token. Use names such as ListProducts, or * for all.");
        }

        foreach (var role in SettingList.Split(options.RequiredForRoles).Where(role => !roles.Exists(role)))
        {
            failures.Add($"Protection:DPoP:RequiredForRoles names '{role}', which is no role of Authorization:Roles.");
        }

        foreach (var url in SettingList.Split(options.PublicUrls).Where(static url => !IsBaseUrl(url)))
        {
            failures.Add($"Protection:DPoP:PublicUrls holds '{url}'; every entry must be an absolute https URL without query or fragment (http only on loopback).");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && SafeAddress.IsSafe(uri)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0;

    private bool NeedsToken(string function) => functions.Find(function) is { } endpoint && !AccessRule.Of(endpoint).IsAnonymous;
}
