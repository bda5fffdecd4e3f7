using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Protection;

/// <summary>The SHA-256 of a token, which tells tokens apart without keeping them in memory.</summary>
internal readonly record struct TokenFingerprint(ulong A, ulong B, ulong C, ulong D)
{
    /// <param name="token">At most <see cref="TokenVerifier.MaxLength"/> characters, so that its bytes fit on the stack.</param>
    public static TokenFingerprint Of(string token)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(token.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetBytes(token, bytes);
        SHA256.HashData(bytes[..length], hash);
        return new TokenFingerprint(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]));
    }

    // Any bits of a cryptographic hash serve as a hash code.
    public override int GetHashCode() => (int)A;
}
