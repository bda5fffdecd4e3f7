using System.Security.Cryptography;
using System.Text;
using Gatehouse.Keys;
using Gatehouse.Protection;

namespace Gatehouse.Tokens;

/// <summary>A client that authenticates by a secret, by a key, or by its identity at another issuer.</summary>
/// <param name="id">The <c>client_id</c>.</param>
/// <param name="scopes">The scopes that it may get.</param>
/// <param name="secretHashes">Reads the SHA-256 of every accepted secret, by its version; null for a client that has none.</param>
internal sealed class Client(string id, ScopeSet scopes, Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, byte[]>>>? secretHashes)
{
    /// <summary>A hash that no secret has, of the length of a hash.</summary>
    public static readonly byte[] NoSecret = new byte[SHA256.HashSizeInBytes];

    public string Id { get; } = id;

    public ScopeSet Scopes { get; } = scopes;

    /// <summary>Its public keys; null for a client that has none.</summary>
    public ClientKeys? Keys { get; init; }

    /// <summary>Its identity at another issuer; null for a client that has none.</summary>
    public FederatedIdentity? Federated { get; init; }

    /// <summary>Whether it gets tokens only with a proof of a key (RFC 9449 §5.2).</summary>
    public bool RequiresProof { get; init; }

    /// <summary>How long its access tokens are valid; null for the lifetime of all.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>A time before it was read from the store; null for a configured client.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The last change of its rights, in whole seconds; null for a configured client.</summary>
    public DateTimeOffset? TokensRevokedAt { get; init; }

    /// <summary>
    /// Whether a secret is one of the client's. It takes constant time, whichever secret matches and however much of
    /// it is right.
    /// </summary>
    /// <exception cref="Keys.SecretSourceUnavailableException">The secrets have never been read and can't be read now.</exception>
    public async ValueTask<bool> AcceptsAsync(string secret, CancellationToken cancellationToken)
    {
        var accepted = false;
        // Trimmed like the stored ones, because a client may read the same secret with its final line break.
        var presented = Hash(SecretText.Trim(secret));
        if (secretHashes is null)
        {
            return false;
        }

        foreach (var hash in (await secretHashes(cancellationToken)).Values)
        {
            accepted |= CryptographicOperations.FixedTimeEquals(presented, hash);
        }

        return accepted;
    }

    /// <summary>The form in which secrets are compared: hashes have one length, whatever the length of the input.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
