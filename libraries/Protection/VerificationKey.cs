using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>A public key that verifies signatures of one issuer.</summary>
/// <param name="kid">Its id; empty when it has none.</param>
/// <param name="origin">The issuer's own object for the key, by which the issuer recognizes it.</param>
/// <param name="key">The key.</param>
/// <param name="algorithms">The algorithms (RFC 7518 §3.1) that it is for.</param>
internal sealed class VerificationKey(string kid, object origin, SecurityKey key, IEnumerable<string> algorithms)
{
    // The shared cache of the default factory would keep keys that an issuer has withdrawn.
    private static readonly CryptoProviderFactory Cryptography = new() { CacheSignatureProviders = false };

    private readonly FrozenDictionary<string, Lazy<SignatureProvider>> _providers = algorithms.ToFrozenDictionary(
        static algorithm => algorithm,
        algorithm => new Lazy<SignatureProvider>(() => Cryptography.CreateForVerifying(key, algorithm)),
        StringComparer.Ordinal);

    public string Kid { get; } = kid;

    public object Origin { get; } = origin;

    /// <summary>Whether the key is for this algorithm (RFC 8725 §3.1). The key decides, not the token.</summary>
    public bool Allows(string algorithm) => _providers.ContainsKey(algorithm);

    /// <summary>Whether a signature is valid. Safe to call from many threads.</summary>
    /// <param name="algorithm">One that the key <see cref="Allows"/>.</param>
    /// <param name="content">The signed bytes.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string algorithm, byte[] content, byte[] signature)
    {
        try
        {
            return _providers[algorithm].Value.Verify(content, signature);
        }
        catch (CryptographicException)
        {
            // Some platforms throw for a signature of the wrong length.
            return false;
        }
    }
}
