using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Protection;

/// <summary>The SHA-256 of a token, which tells tokens apart without keeping them in memory.</summary>
internal readonly record struct TokenFingerprint(ulong A, ulong B, ulong C, ulong D)
{
    // A token is seldom longer. The bytes of longer ones would take much of the stack.
    private const int MaxLengthOnStack = 4096;

    public static TokenFingerprint Of(string token)
    {
        var size = Encoding.UTF8.GetMaxByteCount(token.Length);
        Span<byte> bytes = token.Length <= MaxLengthOnStack ? stackalloc byte[size] : new byte[size];
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
