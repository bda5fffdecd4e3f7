using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace Gatehouse.Keys;

/// <summary>Secrets in Azure Key Vault. The identity needs the role Key Vault Secrets User, which can only read.</summary>
internal sealed class KeyVaultSecretSource(SecretClient client) : ISecretSource
{
    private const int Forbidden = 403;
    private const int TooManyRequests = 429;

    // The error code of the vault itself. A 404 without it comes from another server at its address, and says nothing
    // about the secret.
    private const string NotFound = "SecretNotFound";

    public Task<IReadOnlyList<SecretVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<SecretVersion>>(name, async () =>
        {
            var versions = new List<SecretVersion>();
            try
            {
                await foreach (var properties in client.GetPropertiesOfSecretVersionsAsync(name, cancellationToken))
                {
                    versions.Add(new SecretVersion(
                        properties.Version ?? throw new FormatException("Key Vault listed a version without a name."),
                        properties.Enabled ?? true,
                        properties.CreatedOn ?? DateTimeOffset.MinValue,
                        properties.NotBefore,
                        properties.ExpiresOn));
                }
            }
            catch (RequestFailedException e) when (e.ErrorCode == NotFound)
            {
                return [];
            }

            return versions;
        }, cancellationToken);

    public Task<string?> GetValueAsync(string name, string version, CancellationToken cancellationToken) =>
        AskAsync(name, async () =>
        {
            try
            {
                var secret = await client.GetSecretAsync(name, version, cancellationToken: cancellationToken);
                return secret.Value.Value;
            }
            catch (RequestFailedException e) when (e.ErrorCode == NotFound || IsDisabled(e))
            {
                return null;
            }
        }, cancellationToken);

    // Key Vault answers 403 both for a disabled version and for a missing role; the body tells them apart.
    private static bool IsDisabled(RequestFailedException exception) =>
        exception.Status == Forbidden && exception.Message.Contains("SecretDisabled", StringComparison.Ordinal);

    private static async Task<T> AskAsync<T>(string name, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException exception)
        {
            throw new SecretSourceUnavailableException($"Key Vault did not return the secret {name} (status {exception.Status}). {Advise(exception.Status)}", exception);
        }
        catch (AuthenticationFailedException exception)
        {
            throw new SecretSourceUnavailableException($"There is no identity for reading the secret {name} from Key Vault. Give the app a managed identity, or sign in with az login.", exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // After the last try the client throws an AggregateException; if another server answers at the vault's
            // address, it may throw anything.
            throw new SecretSourceUnavailableException($"Key Vault can't be reached for the secret {name}, or another server answers at its address. Check Keys:VaultUri and the network.", exception);
        }
    }

    private static string Advise(int status) => status switch
    {
        Forbidden => "Give the app's identity the role Key Vault Secrets User, and let its network through the vault's firewall.",
        TooManyRequests => "The vault gets too many requests; Gatehouse retries later.",
        0 => "It can't be reached; check Keys:VaultUri and the network.",
        _ => "Gatehouse retries later.",
    };
}
