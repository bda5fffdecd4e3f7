using System.Collections.Frozen;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Configuration section <c>Protection:DPoP</c>: proofs that the sender of a token holds the key that the token is
/// bound to (RFC 9449). A client that sends proofs gets bound tokens without any of these settings.
/// </summary>
internal sealed class DPoPOptions
{
    public const string Section = "Protection:DPoP";

    /// <summary>
    /// Whether every proof must carry a nonce from Gatehouse (RFC 9449 §8). A nonce makes proofs that were prepared
    /// in advance worthless, and costs a client an extra round trip now and then. Requires <c>Tokens:Enabled</c>.
    /// Defaults to false.
    /// </summary>
    public bool RequireNonce { get; set; }

    /// <summary>How long a nonce is valid, 30 seconds to 1 hour. Defaults to 5 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The names of functions that accept no bearer tokens, separated by spaces, such as <c>ChangePassword
    /// DeleteUser</c>; <c>*</c> stands for every function that needs a token. Defaults to none.
    /// </summary>
    public string RequiredForFunctions { get; set; } = "";

    /// <summary>
    /// The roles whose holders' bearer tokens no function accepts, separated by spaces, such as <c>admin</c>.
    /// Defaults to none.
    /// </summary>
    public string RequiredForRoles { get; set; } = "";

    /// <summary>
    /// Base URLs under which callers reach this API besides <c>Protection:PublicUrl</c>, separated by spaces. A proof names
    /// the URL that its sender called; behind a proxy the function sees another one. Defaults to none.
    /// </summary>
    public string PublicUrls { get; set; } = "";

    /// <summary>
    /// How many proofs an instance remembers, for two minutes each, so that it accepts no proof twice; when the
    /// memory is full, it answers 503. 1 000 to 10 000 000; a proof takes up to about 100 bytes. Defaults to 200 000.
    /// </summary>
    public int RememberedProofs { get; set; } = 200_000;

    /// <summary>
    /// How many proof keys of clients an instance keeps ready for checking. 0 to 100 000; a key takes up to about 10
    /// KiB. Defaults to 1 000.
    /// </summary>
    public int RememberedKeys { get; set; } = 1_000;
}

/// <summary>Stops the start when section <c>Protection:DPoP</c> holds an impossible value, naming it and its range.</summary>
internal sealed class DPoPOptionsValidator(FunctionCatalog functions, IRoleScopes roles, IServiceProviderIsService services, IOptions<ProtectionOptions> protection)
    : IValidateOptions<DPoPOptions>
{
    public ValidateOptionsResult Validate(string? name, DPoPOptions options)
    {
        var faults = new SettingFaults(DPoPOptions.Section);
        faults.RequireRange(nameof(options.NonceLifetime), options.NonceLifetime, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));
        faults.Require(
            !options.RequireNonce || services.IsService(typeof(INonceSource)),
            nameof(options.RequireNonce),
            "must be false unless Tokens:Enabled is true: nonces are made with the signing keys.");
        faults.RequireRange(nameof(options.RememberedProofs), options.RememberedProofs, 1_000, 10_000_000);
        faults.RequireRange(nameof(options.RememberedKeys), options.RememberedKeys, 0, 100_000);

        // A misspelled name would leave a function unprotected.
        foreach (var function in SettingList.Split(options.RequiredForFunctions).Where(function => function != DPoPRequirements.Every))
        {
            faults.Require(NeedsToken(function), nameof(options.RequiredForFunctions), $"names '{function}', but no function of that name needs a token. Use names such as ListProducts, or * for all.");
        }

        foreach (var role in SettingList.Split(options.RequiredForRoles))
        {
            faults.Require(roles.Exists(role), nameof(options.RequiredForRoles), $"names '{role}', which is not a role of Authorization:Roles.");
        }

        foreach (var url in SettingList.Split(options.PublicUrls))
        {
            faults.Require(SafeAddress.IsBaseUrl(url), nameof(options.PublicUrls), $"holds '{url}'; every entry must be an absolute https URL without query or fragment (http only on loopback).");
        }

        // A proof is held to the URL that its sender called, so without one every proof would be refused.
        foreach (var setting in HasPublicUrl(options) ? [] : FindRequirements(options))
        {
            faults.Require(false, setting, "needs Protection:PublicUrl, the URL under which callers reach this API: a proof names it.");
        }

        return faults.ToResult();
    }

    private static IEnumerable<string> FindRequirements(DPoPOptions options)
    {
        if (options.RequireNonce)
        {
            yield return nameof(options.RequireNonce);
        }

        if (SettingList.Split(options.RequiredForFunctions).Length > 0)
        {
            yield return nameof(options.RequiredForFunctions);
        }

        if (SettingList.Split(options.RequiredForRoles).Length > 0)
        {
            yield return nameof(options.RequiredForRoles);
        }
    }

    private bool HasPublicUrl(DPoPOptions options)
    {
        try
        {
            return SettingList.Split(options.PublicUrls).Length > 0 || protection.Value.PublicUrl.Length > 0;
        }
        catch (OptionsValidationException)
        {
            // Its own validator reports the fault.
            return true;
        }
    }

    private bool NeedsToken(string function) => functions.Find(function) is { } endpoint && !AccessRule.Of(endpoint).IsAnonymous;
}

/// <summary>The functions and roles for which a bearer token is not enough.</summary>
internal sealed class DPoPRequirements(IOptions<DPoPOptions> options)
{
    /// <summary>Stands for all functions that need a token.</summary>
    public const string Every = "*";

    private readonly FrozenSet<string> _functions = SettingList.Split(options.Value.RequiredForFunctions).ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> _roles = SettingList.Split(options.Value.RequiredForRoles).ToFrozenSet(StringComparer.Ordinal);
    private readonly bool _isForAll = SettingList.Split(options.Value.RequiredForFunctions).Contains(Every);
    private readonly bool _isNonceRequired = options.Value.RequireNonce;

    /// <summary>Whether any setting asks for proofs: for some functions or roles, or with a nonce.</summary>
    public bool Any => _isForAll || _functions.Count > 0 || _roles.Count > 0 || _isNonceRequired;

    /// <summary>Whether every function that needs a token accepts bound tokens only.</summary>
    public bool IsRequiredEverywhere => _isForAll;

    /// <summary>Whether a function accepts bound tokens only.</summary>
    public bool IsRequiredAt(string function) => _isForAll || (_functions.Count > 0 && _functions.Contains(function));

    /// <summary>Whether a user with these roles may use bound tokens only.</summary>
    public bool IsRequiredFor(IEnumerable<string> roles) => _roles.Count > 0 && roles.Any(_roles.Contains);
}
