using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gatehouse.Protection.Http;

namespace Gatehouse.RateLimits;

/// <summary>
/// Maps a partition to 64 bits by SipHash-2-4 (Aumasson and Bernstein 2012) with a random key of this process. With a
/// predictable hash, an attacker could pick addresses that share a partition with another caller and use up that
/// caller's permits. .NET's own keyed hashes have 32 bits, or cost ten times as much as the rest of the limiter.
/// </summary>
internal sealed class PartitionHash
{
    private readonly ulong _key0;
    private readonly ulong _key1;

    public PartitionHash()
        : this(RandomNumberGenerator.GetBytes(16))
    {
    }

    /// <param name="key">16 bytes.</param>
    public PartitionHash(ReadOnlySpan<byte> key)
    {
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    public ulong Of(ClientAddress client)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, client.Network);
        return Of(bytes);
    }

    public ulong Of(string text) => Of(MemoryMarshal.AsBytes(text.AsSpan()));

    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        var v0 = _key0 ^ 0x736f6d6570736575;
        var v1 = _key1 ^ 0x646f72616e646f6d;
        var v2 = _key0 ^ 0x6c7967656e657261;
        var v3 = _key1 ^ 0x7465646279746573;

        var rest = bytes;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(rest), ref v0, ref v1, ref v2, ref v3);
        }

        // The last word ends with the length, so that inputs that differ only in trailing zeros hash differently.
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        rest.CopyTo(last);
        last[7] = (byte)bytes.Length;
        Add(BinaryPrimitives.ReadUInt64LittleEndian(last), ref v0, ref v1, ref v2, ref v3);

        v2 ^= 0xff;
        Mix(ref v0, ref v1, ref v2, ref v3);
        Mix(ref v0, ref v1, ref v2, ref v3);
        Mix(ref v0, ref v1, ref v2, ref v3);
        Mix(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Add(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Mix(ref v0, ref v1, ref v2, ref v3);
        Mix(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Mix(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
