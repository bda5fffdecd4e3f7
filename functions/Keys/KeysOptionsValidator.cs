using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>Stops the start when section <c>Keys</c> lacks a value or holds an impossible one, naming it and its range.</summary>
internal sealed class KeysOptionsValidator(IHostEnvironment environment) : IValidateOptions<KeysOptions>
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, KeysOptions options)
    {
        var failures = new List<string>();
        if (options.VaultUri is null && !environment.IsDevelopment())
        {
            failures.Add("Keys:VaultUri must be set to the URL of the Key Vault, such as https://my-vault.vault.azure.net. Signing keys in files are for the Development environment only.");
        }

        if (options.VaultUri is { } vault && !SafeAddress.IsSafe(vault))
        {
            failures.Add("Keys:VaultUri must be an absolute https URL (http only on loopback).");
        }

        if (!FileSecretSource.IsSecretName(options.SecretName))
        {
            failures.Add("Keys:SecretName must be the name of a Key Vault secret: 1 to 127 letters, digits and dashes.");
        }

        if (options.AnnounceFor < TimeSpan.Zero || options.AnnounceFor > Month)
        {
            failures.Add($"Keys:AnnounceFor must be between {TimeSpan.Zero:c} and {Month:c}.");
        }

        if (options.VaultUri is null && string.IsNullOrWhiteSpace(options.Folder))
        {
            failures.Add("Keys:Folder must name a folder when there is no Keys:VaultUri.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
