using Azure;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Keys;

namespace Gatehouse.KeyTool;

/// <summary>Keys in Azure Key Vault. The user of the tool needs the role Key Vault Secrets Officer; the app's own role can only read.</summary>
internal sealed class VaultKeyStore(SecretClient client, string secret) : IKeyStore
{
    private const string Write = "let you write";

    private readonly KeyVaultSecretSource _source = new(client);

    public string Description => $"{client.VaultUri}secrets/{secret}";

    public async Task<IReadOnlyList<StoredVersion>> ListAsync(CancellationToken cancellationToken)
    {
        // The app's own source has the best messages for a vault that can't be read.
        var versions = await _source.ListVersionsAsync(secret, cancellationToken);
        if (versions.Count == 0)
        {
            return [];
        }

        var kids = await AskAsync("let you list", ReadKidsAsync, cancellationToken);
        return [.. versions.Select(version => new StoredVersion(version, kids.GetValueOrDefault(version.Version)))];

        async Task<Dictionary<string, string?>> ReadKidsAsync()
        {
            var found = new Dictionary<string, string?>(StringComparer.Ordinal);
            await foreach (var properties in client.GetPropertiesOfSecretVersionsAsync(secret, cancellationToken))
            {
                found[properties.Version] = properties.Tags.TryGetValue(VersionTags.Kid, out var kid) ? kid : null;
            }

            return found;
        }
    }

    public Task<string?> GetValueAsync(string version, CancellationToken cancellationToken) => _source.GetValueAsync(secret, version, cancellationToken);

    public Task<string> AddAsync(NewVersion version, CancellationToken cancellationToken) => AskAsync(Write, async () =>
    {
        var added = new KeyVaultSecret(secret, version.Value)
        {
            Properties = { ContentType = version.ContentType, NotBefore = version.NotBefore, ExpiresOn = version.ExpiresOn },
        };
        foreach (var (name, value) in version.Tags)
        {
            added.Properties.Tags[name] = value;
        }

        return (await client.SetSecretAsync(added, cancellationToken)).Value.Properties.Version;
    }, cancellationToken);

    public Task DisableAsync(string version, CancellationToken cancellationToken) => AskAsync(Write, async () =>
    {
        SecretProperties? found = null;
        await foreach (var properties in client.GetPropertiesOfSecretVersionsAsync(secret, cancellationToken))
        {
            found = properties.Version == version ? properties : found;
        }

        // The update sends back the properties that were read, because it would change tags and dates that differ.
        var disabled = found ?? throw new KeyToolException($"The version {version} is gone.");
        disabled.Enabled = false;
        await client.UpdateSecretPropertiesAsync(disabled, cancellationToken);
        return version;
    }, cancellationToken);

    private async Task<T> AskAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException exception)
        {
            throw new KeyToolException(
                exception.Status switch
                {
                    403 => $"Key Vault does not {what} {Description}. You need the role Key Vault Secrets Officer, and a network that its firewall lets through.",
                    409 => $"{Description} is in a state in which it can't be written ({exception.ErrorCode}): perhaps deleted and not purged. Recover it, or choose another name with --secret.",
                    429 => $"{client.VaultUri} is asked too often. Try again in a minute.",
                    0 => $"{client.VaultUri} can't be reached.",
                    _ => $"Key Vault did not take it (status {exception.Status} {exception.ErrorCode}).",
                },
                exception);
        }
        catch (Exception exception) when (exception is not KeyToolException && !cancellationToken.IsCancellationRequested)
        {
            // The client throws an AggregateException after its last try, and other exceptions without an identity.
            throw new KeyToolException($"{client.VaultUri} can't be reached, or does not know you: {exception.Message}", exception);
        }
    }
}
