using System.Collections.Frozen;
using Gatehouse.Access;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The clients of section <c>Clients</c>, with the secrets that Key Vault holds for them, or their public keys.</summary>
internal sealed class ClientRegistry
{
    private readonly FrozenDictionary<string, Client> _clients;
    private readonly ISecretSource _secrets;
    private readonly ClientKeyDownload _download;
    private readonly ILogger<ClientRegistry> _logger;

    public ClientRegistry(IOptions<ClientsOptions> options, ISecretSource secrets, ClientKeyDownload download, TimeProvider time, ILogger<ClientRegistry> logger)
    {
        _secrets = secrets;
        _download = download;
        _logger = logger;
        _clients = options.Value.Clients.ToFrozenDictionary(static client => client.Id, client => Create(client, time), StringComparer.Ordinal);
    }

    public Client? Find(string id) => _clients.GetValueOrDefault(id);

    private Client Create(ClientOptions client, TimeProvider time)
    {
        var scopes = client.Scopes.Trim() == ScopeSet.Everything ? ScopeSet.From(Scopes.All) : ScopeSet.Parse(client.Scopes);
        return new Client(client.Id, scopes, client.SecretName.Length > 0 ? CreateSecrets(client, time) : null)
        {
            Keys = CreateKeys(client, time),
            RequiresProof = client.RequireDPoP,
        };
    }

    private ClientKeys? CreateKeys(ClientOptions client, TimeProvider time)
    {
        if (client.JwksUri is { } url)
        {
            var options = ClientKeys.FetchOptions with { OnFailure = exception => _logger.ClientKeysUnavailable(exception, client.Id) };
            return new ClientKeys(new RequestDrivenCache<ClientKeySet>((_, cancellationToken) => _download.ReadAsync(url, cancellationToken), options, time));
        }

        return client.Jwks.Length > 0 ? new ClientKeys(ClientKeySet.Parse(client.Jwks)) : null;
    }

    private RequestDrivenCache<IReadOnlyDictionary<string, byte[]>> CreateSecrets(ClientOptions client, TimeProvider time) =>
        new(
            (known, cancellationToken) => ReadSecretsInTimeAsync(client.SecretName, known, time, cancellationToken),
            RequestDrivenCacheOptions.ForSecrets with { OnFailure = exception => _logger.ClientSecretsUnavailable(exception, client.Id) },
            time);

    private async Task<IReadOnlyDictionary<string, byte[]>> ReadSecretsInTimeAsync(
        string secretName, IReadOnlyDictionary<string, byte[]>? known, TimeProvider time, CancellationToken timeout)
    {
        try
        {
            return await ReadSecretsAsync(secretName, known, time, timeout);
        }
        catch (OperationCanceledException exception)
        {
            // No caller cancels a read that others wait for too; only its time-out does, which is the source's fault and not ours.
            throw new SecretSourceUnavailableException($"The secret {secretName} was not given out in time.", exception);
        }
    }

    // What a version holds never changes: its value is read once, whatever the number of refreshes.
    private async Task<IReadOnlyDictionary<string, byte[]>> ReadSecretsAsync(
        string secretName, IReadOnlyDictionary<string, byte[]>? known, TimeProvider time, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        foreach (var version in await _secrets.ListVersionsAsync(secretName, cancellationToken))
        {
            if (!version.IsUsable(now))
            {
                continue;
            }

            if (known is not null && known.TryGetValue(version.Version, out var hash))
            {
                hashes.Add(version.Version, hash);
            }
            else if (await _secrets.GetValueAsync(secretName, version.Version, cancellationToken) is { Length: > 0 } secret)
            {
                hashes.Add(version.Version, Client.Hash(secret));
            }
        }

        return hashes;
    }
}
