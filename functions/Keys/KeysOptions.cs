using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>Configuration section <c>Keys</c>.</summary>
internal sealed class KeysOptions
{
    public const string Section = "Keys";

    /// <summary>
    /// The URL of the Key Vault with the signing keys and the clients' secrets, such as
    /// <c>https://my-vault.vault.azure.net</c> (http only on loopback). Required outside the Development environment.
    /// Defaults to none: secrets are files in <see cref="Folder"/>.
    /// </summary>
    public Uri? VaultUri { get; set; }

    /// <summary>The secret whose versions are the signing keys. Defaults to <c>jwt-signing-key</c>.</summary>
    public string SecretName { get; set; } = "jwt-signing-key";

    /// <summary>
    /// How long a new version without a not-before date is published before it signs, so that services with a cached
    /// key set know it by then. 30 minutes, within which every instance, cache and verifier has read it (docs/keys.md), to 30
    /// days. Defaults to 24 hours.
    /// </summary>
    public TimeSpan AnnounceFor { get; set; } = TimeSpan.FromHours(24);

    // Fields, because every property is a setting.

    /// <summary>How long a verifier may wait before it asks for the key set again: the <c>RefreshInterval</c> of Microsoft.IdentityModel.</summary>
    public static readonly TimeSpan VerifierInterval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The shortest <see cref="AnnounceFor"/>: within this time every instance reads the keys, every copy of the key set in a
    /// cache is replaced, and every verifier that meets an unknown key may ask again.
    /// </summary>
    public static readonly TimeSpan MinAnnouncement =
        RequestDrivenCacheOptions.ForSecrets.WaitAfter + PublicDocument.MaxAge + PublicDocument.StaleWhileRevalidate + VerifierInterval;

    /// <summary>The longest <see cref="AnnounceFor"/>.</summary>
    public static readonly TimeSpan MaxAnnouncement = TimeSpan.FromDays(30);

    /// <summary>
    /// The folder with the secrets if no vault is set. A relative path is in the repository that the app was built in: Core Tools
    /// rebuild the folder that the app runs in at each start. Defaults to <c>.local/keys</c>.
    /// </summary>
    public string Folder { get; set; } = Path.Combine(".local", "keys");
}

/// <summary>Stops the start when section <c>Keys</c> lacks a value or holds an impossible one, naming it and its range.</summary>
internal sealed class KeysOptionsValidator(IHostEnvironment environment) : IValidateOptions<KeysOptions>
{
    public ValidateOptionsResult Validate(string? name, KeysOptions options)
    {
        var faults = new SettingFaults(KeysOptions.Section);
        faults.Require(
            options.VaultUri is not null || environment.IsDevelopment(),
            nameof(options.VaultUri),
            "must be set to the URL of the Key Vault, such as https://my-vault.vault.azure.net. Signing keys in files are for the Development environment only.");
        faults.Require(
            options.VaultUri is not { } vault || SafeAddress.IsSafe(vault),
            nameof(options.VaultUri),
            "must be an absolute https URL (http only on loopback).");
        faults.RequireSecretName(nameof(options.SecretName), options.SecretName);
        faults.RequireRange(nameof(options.AnnounceFor), options.AnnounceFor, KeysOptions.MinAnnouncement, KeysOptions.MaxAnnouncement);
        faults.Require(
            options.VaultUri is not null || !string.IsNullOrWhiteSpace(options.Folder),
            nameof(options.Folder),
            "must name a folder, because Keys:VaultUri is not set.");
        return faults.ToResult();
    }
}
