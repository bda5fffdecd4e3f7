using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Protection;

namespace Gatehouse.Tokens;

/// <summary>The public keys of a client (RFC 7517 §5), each for one algorithm.</summary>
internal sealed class ClientKeySet
{
    private readonly ImmutableArray<PeerKey> _keys;

    private ClientKeySet(ImmutableArray<PeerKey> keys) => _keys = keys;

    /// <summary>Reads a key set. Keys that are not for signatures of <see cref="PeerKey.Algorithms"/> are passed over (RFC 7517 §5).</summary>
    /// <exception cref="InvalidKeyException">It is no key set, or holds no key that can be used.</exception>
    public static ClientKeySet Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            ImmutableArray<PeerKey> keys =
                [.. document.RootElement.GetProperty("keys").EnumerateArray().SelectMany(static _ => PeerKey.Algorithms, TryRead).OfType<PeerKey>()];
            return keys.IsEmpty ? throw new InvalidKeyException("It holds no public key for ES256, PS256 or RS256.") : new ClientKeySet(keys);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidKeyException("It is not a JSON object with the member keys.");
        }
    }

    /// <summary>The keys that a signature may come from.</summary>
    /// <param name="algorithm">The algorithm that it names.</param>
    /// <param name="kid">The key that it names; null when it names none.</param>
    public IEnumerable<PeerKey> Find(string algorithm, string? kid) =>
        _keys.Where(key => key.Algorithm == algorithm && (kid is null || key.Kid == kid));

    private static PeerKey? TryRead(JsonElement jwk, string algorithm)
    {
        try
        {
            return PeerKey.Parse(jwk, algorithm);
        }
        catch (InvalidKeyException)
        {
            return null;
        }
    }
}
