namespace Gatehouse.Keys;

/// <summary>Configuration section <c>Keys</c>.</summary>
internal sealed class KeysOptions
{
    public const string Section = "Keys";

    /// <summary>
    /// The Key Vault with the signing key and the clients' secrets, such as <c>https://my-vault.vault.azure.net</c>
    /// (http only on loopback). Required outside of the Development environment. Defaults to none: secrets are files in
    /// <see cref="Folder"/>.
    /// </summary>
    public Uri? VaultUri { get; set; }

    /// <summary>The secret whose versions are the signing keys. Defaults to <c>jwt-signing-key</c>.</summary>
    public string SecretName { get; set; } = "jwt-signing-key";

    /// <summary>
    /// How long a new version without a not-before date is published before it signs, so that services with a copy of
    /// the key set know it by then. 0 to 30 days. Defaults to 24 hours.
    /// </summary>
    public TimeSpan AnnounceFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The folder with the secrets when there is no vault. Defaults to <c>.local/keys</c>.</summary>
    public string Folder { get; set; } = Path.Combine(".local", "keys");
}
