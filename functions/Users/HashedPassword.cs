using System.Buffers.Binary;

namespace Gatehouse.Users;

/// <summary>
/// What a hash says of itself. <c>PasswordHasher</c> writes, before salt and key, a version, the number of the algorithm,
/// that of the iterations and the length of the salt, the three as big-endian integers.
/// </summary>
internal static class HashedPassword
{
    private const byte Version = 1;
    private const int HmacSha512 = 2;
    private const int HeaderLength = 13;

    /// <summary>How many iterations of PBKDF2-HMAC-SHA512 are in a hash; 0 when it was made in another way.</summary>
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
