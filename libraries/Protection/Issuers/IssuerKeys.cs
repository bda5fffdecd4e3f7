using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>The last published keys of a trusted issuer, by id.</summary>
/// <param name="keys">The keys that can verify a token of the issuer.</param>
internal sealed class IssuerKeys(IEnumerable<VerificationKey> keys)
{
    private readonly FrozenDictionary<string, VerificationKey> _keys = keys.ToFrozenDictionary(static key => key.Kid, StringComparer.Ordinal);

    public int Count => _keys.Count;

    public VerificationKey? Find(string kid) => _keys.GetValueOrDefault(kid);

    /// <summary>The known key, if the published one is the same: tokens that it verified stay remembered.</summary>
    public VerificationKey? FindSame(JsonWebKey published) =>
        Find(published.Kid) is { Origin: JsonWebKey known } key && IsSame(known, published) ? key : null;

    private static bool IsSame(JsonWebKey one, JsonWebKey other) =>
        one.Kty == other.Kty && one.Alg == other.Alg && one.Crv == other.Crv && one.N == other.N && one.E == other.E && one.X == other.X && one.Y == other.Y;
}
