using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gatehouse.Protection.Issuers;

/// <summary>The last published keys of an issuer.</summary>
internal sealed class IssuerKeys
{
    private readonly ImmutableArray<VerificationKey> _keys;

    // Some issuers publish several keys under one id: one for each algorithm.
    private readonly FrozenDictionary<string, ImmutableArray<VerificationKey>> _byId;

    /// <param name="keys">The keys that can verify a token of the issuer.</param>
    public IssuerKeys(IEnumerable<VerificationKey> keys)
    {
        _keys = [.. keys];
        _byId = _keys.GroupBy(static key => key.Kid, StringComparer.Ordinal).ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray(), StringComparer.Ordinal);
    }

    public int Count => _keys.Length;

    /// <summary>
    /// The key with that id for that algorithm, or one with that id for another algorithm. Without an id, the only key for the
    /// algorithm (RFC 7515 §4.1.4: <c>kid</c> is a hint, and optional).
    /// </summary>
    public VerificationKey? Find(string kid, string algorithm)
    {
        if (kid.Length == 0)
        {
            return _keys.Where(key => key.Allows(algorithm)).Take(2).ToArray() is [var only] ? only : null;
        }

        var named = _byId.GetValueOrDefault(kid, []);
        return named.FirstOrDefault(key => key.Allows(algorithm)) ?? named.FirstOrDefault();
    }

    public bool Contains(VerificationKey key) => _byId.GetValueOrDefault(key.Kid, []).Contains(key);

    /// <summary>The known key, if the published one is the same: tokens that it verified stay remembered.</summary>
    public VerificationKey? FindSame(PublishedKey published) => _byId.GetValueOrDefault(published.Kid, []).FirstOrDefault(key => published.Equals(key.Origin));
}
