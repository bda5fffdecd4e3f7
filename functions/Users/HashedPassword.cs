using System.Buffers.Binary;

namespace Gatehouse.Users;

/// <summary>
/// Reads the header of a password hash. Before salt and key, <c>PasswordHasher</c> writes a version byte, then the
/// algorithm, the iterations and the length of the salt as big-endian integers.
/// </summary>
internal static class HashedPassword
{
    private const byte Version = 1;
    private const int HmacSha512 = 2;
    private const int HeaderLength = 13;

    /// <summary>The iterations of PBKDF2-HMAC-SHA512 in a hash; 0 for another algorithm.</summary>
    public static int ReadIterations(string hash)
    {
        var bytes = new byte[hash.Length];
        return Convert.TryFromBase64String(hash, bytes, out var length)
            && length > HeaderLength
            && bytes[0] == Version
            && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) == HmacSha512
            ? BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5))
            : 0;
    }
}
