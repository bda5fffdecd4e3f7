using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tokens;

/// <summary>
/// Creates and recognizes nonces for proofs (RFC 9449 §8) without storing any: a nonce is its time of creation with
/// an HMAC. The HMAC key is derived from the signing key, which every instance has already. So a nonce of one
/// instance is valid at another, and no further secret has to be kept and rotated.
/// </summary>
/// <param name="keys">The signing keys.</param>
/// <param name="time">The clock.</param>
/// <param name="options">The lifetime of a nonce.</param>
internal sealed class ProofNonces(KeyRing keys, TimeProvider time, IOptions<DPoPOptions> options) : INonceSource
{
    private const int TimeBytes = 8;
    private const int MacBytes = 16;

    private readonly ConditionalWeakTable<SigningKey, byte[]> _macKeys = [];

    /// <exception cref="KeysUnavailableException">No signing key is known.</exception>
    public async ValueTask<string> CreateAsync(CancellationToken cancellationToken)
    {
        var key = await keys.GetActiveKeyAsync(cancellationToken);
        return Create(key);
    }

    /// <summary>The age of a nonce; null when Gatehouse did not create it, or it has expired.</summary>
    /// <exception cref="KeysUnavailableException">No signing key is known.</exception>
    public async ValueTask<TimeSpan?> FindAgeAsync(string nonce, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var bytes = new byte[TimeBytes + MacBytes];
        if (nonce.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.IsValid(nonce)
            || !Base64Url.TryDecodeFromChars(nonce, bytes, out var length)
            || length != bytes.Length)
        {
            return null;
        }

        // Int128, so that an invented time can't overflow.
        var milliseconds = (Int128)now.ToUnixTimeMilliseconds() - BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (milliseconds < -(Int128)TokenVerifier.ClockSkew.TotalMilliseconds || milliseconds >= (Int128)options.Value.NonceLifetime.TotalMilliseconds)
        {
            return null;
        }

        // Around a rotation, instances may differ in the active key, but each has both keys.
        foreach (var key in ring.FindPublished(now))
        {
            if (CryptographicOperations.FixedTimeEquals(Mac(key, bytes.AsSpan(0, TimeBytes)), bytes.AsSpan(TimeBytes)))
            {
                return TimeSpan.FromMilliseconds((long)milliseconds);
            }
        }

        return null;
    }

    private string Create(SigningKey key)
    {
        Span<byte> bytes = stackalloc byte[TimeBytes + MacBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.GetUtcNow().ToUnixTimeMilliseconds());
        Mac(key, bytes[..TimeBytes]).CopyTo(bytes[TimeBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    private ReadOnlySpan<byte> Mac(SigningKey key, ReadOnlySpan<byte> content) =>
        HMACSHA256.HashData(_macKeys.GetValue(key, Derive), content).AsSpan(0, MacBytes);

    // RFC 5869: a key that HKDF derives for one purpose reveals nothing about its source, nor about keys for other purposes.
    private static byte[] Derive(SigningKey key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Base64UrlEncoder.DecodeBytes(key.SecurityKey.D), SHA256.HashSizeInBytes, info: "gatehouse dpop nonce"u8.ToArray());
}
