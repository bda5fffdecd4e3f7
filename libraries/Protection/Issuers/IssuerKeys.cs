using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>The keys of a trusted issuer as they were published last, by id.</summary>
/// <param name="keys">Those that can verify a token of the issuer.</param>
internal sealed class IssuerKeys(IEnumerable<VerificationKey> keys)
{
    private readonly FrozenDictionary<string, VerificationKey> _keys = keys.ToFrozenDictionary(static key => key.Kid, StringComparer.Ordinal);

    public int Count => _keys.Count;

    public VerificationKey? Find(string kid) => _keys.GetValueOrDefault(kid);

    /// <summary>The key of before, if it is the same one: tokens that were verified with it stay so.</summary>
    public VerificationKey? FindSame(JsonWebKey published) =>
        Find(published.Kid) is { Origin: JsonWebKey known } key && IsSame(known, published) ? key : null;

    private static bool IsSame(JsonWebKey one, JsonWebKey other) =>
        one.Kty == other.Kty && one.Alg == other.Alg && one.Crv == other.Crv && one.N == other.N && one.E == other.E && one.X == other.X && one.Y == other.Y;
}
