using System.Collections.Frozen;
using Gatehouse.Access;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Gatehouse.Tokens.Clients;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>
/// The clients of section <c>Clients</c>, with their secrets from Key Vault, their public keys, or their identities at other
/// issuers; and those that administrators have added.
/// </summary>
internal sealed class ClientRegistry
{
    private readonly FrozenDictionary<string, Client> _clients;
    private readonly ISecretSource _secrets;
    private readonly ClientKeyDownload _download;
    private readonly FederatedIdentities _identities;
    private readonly Roles _roles;
    private readonly StoredClients _stored;
    private readonly ILogger<ClientRegistry> _logger;

    public ClientRegistry(
        IOptions<ClientsOptions> options,
        ISecretSource secrets,
        ClientKeyDownload download,
        FederatedIdentities identities,
        Roles roles,
        StoredClients stored,
        TimeProvider time,
        ILogger<ClientRegistry> logger)
    {
        _secrets = secrets;
        _download = download;
        _identities = identities;
        _roles = roles;
        _stored = stored;
        _logger = logger;
        _clients = options.Value.Clients.ToFrozenDictionary(static client => client.Id, client => Create(client, time), StringComparer.Ordinal);
    }

    /// <summary>Whether the configuration has a client with this id.</summary>
    public bool HoldsConfigured(string id) => _clients.ContainsKey(id);

    /// <summary>The client with this id; the configured one if there are two. Null for an unknown id.</summary>
    /// <exception cref="Storage.StorageUnavailableException">The storage can't be reached.</exception>
    public async ValueTask<Client?> FindAsync(string id, CancellationToken cancellationToken) =>
        _clients.TryGetValue(id, out var configured) ? configured
        : StoredClient.IsId(id) ? await _stored.FindAsync(id, cancellationToken)
        : null;

    /// <summary>Notes that a client has authenticated. A configured client is not noted.</summary>
    public ValueTask NoteUseAsync(Client client, CancellationToken cancellationToken) =>
        _clients.ContainsKey(client.Id) ? default : _stored.NoteUseAsync(client.Id, cancellationToken);

    private Client Create(ClientOptions client, TimeProvider time)
    {
        var scopes = client.Scopes.Trim() == ScopeSet.Everything ? _roles.Everything : ScopeSet.Parse(client.Scopes);
        return new Client(client.Id, scopes, client.SecretName.Length > 0 ? CreateSecrets(client, time).GetAsync : null)
        {
            Keys = CreateKeys(client, time),
            Federated = client.Federated is { } identity ? _identities.Create(identity) : null,
            RequiresProof = client.RequireDPoP,
            AccessTokenLifetime = client.AccessTokenLifetime,
        };
    }

    private ClientKeys? CreateKeys(ClientOptions client, TimeProvider time) =>
        client.JwksUri is { } url ? _download.CreateKeys(url, client.Id, time, _logger)
        : client.Jwks.Length > 0 ? new ClientKeys(ClientKeySet.Parse(client.Jwks))
        : null;

    private RequestDrivenCache<IReadOnlyDictionary<string, byte[]>> CreateSecrets(ClientOptions client, TimeProvider time) =>
        new(
            (known, cancellationToken) => ReadSecretsInTimeAsync(client, known, time, cancellationToken),
            RequestDrivenCacheOptions.ForSecrets with { OnFailure = exception => _logger.ClientSecretsUnavailable(exception, client.Id) },
            time);

    private async Task<IReadOnlyDictionary<string, byte[]>> ReadSecretsInTimeAsync(
        ClientOptions client, IReadOnlyDictionary<string, byte[]>? known, TimeProvider time, CancellationToken timeout)
    {
        try
        {
            return await ReadSecretsAsync(client, known, time, timeout);
        }
        catch (OperationCanceledException exception)
        {
            // Callers do not cancel this shared read, so its time-out did: the source is too slow.
            throw new SecretSourceUnavailableException($"The secret {client.SecretName} could not be read in time. Check the source of secrets.", exception);
        }
    }

    // The value of a version never changes, so it is read only once.
    private async Task<IReadOnlyDictionary<string, byte[]>> ReadSecretsAsync(
        ClientOptions client, IReadOnlyDictionary<string, byte[]>? known, TimeProvider time, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        foreach (var version in await _secrets.ListVersionsAsync(client.SecretName, cancellationToken))
        {
            if (!version.IsUsable(now))
            {
                continue;
            }

            if (known is not null && known.TryGetValue(version.Version, out var hash))
            {
                hashes.Add(version.Version, hash);
            }
            else if (await _secrets.GetValueAsync(client.SecretName, version.Version, cancellationToken) is { Length: > 0 } secret)
            {
                hashes.Add(version.Version, HashOf(client.Id, version.Version, secret));
            }
        }

        return hashes;
    }

    // Logged once for each version, because its value is read only once.
    private byte[] HashOf(string client, string version, string secret)
    {
        var text = SecretText.Trim(secret);
        if (text.Length < SecretText.MinLength)
        {
            _logger.ClientSecretTooShort(client, version, SecretText.MinLength);
            return Client.NoSecret;
        }

        if (text.Length != secret.Length)
        {
            _logger.ClientSecretTrimmed(client, version);
        }

        return Client.Hash(text);
    }
}
