using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Products;

/// <summary>
/// Where the next page begins: the id of the last product of this one, with a check value over it and the filters. A
/// cursor that was damaged, or that belongs to another listing, is told apart instead of giving a page that nobody
/// asked for. It guards against mistakes, not against forgery: there is nothing to gain from a forged position.
/// </summary>
internal static class ProductCursor
{
    private const int IdBytes = 16;
    private const int CheckBytes = 8;

    public static string Encode(string lastId, string? category, string? search)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + CheckBytes];
        Convert.FromHexString(lastId, bytes, out _, out _);
        Check(lastId, category, search).CopyTo(bytes[IdBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryDecode(string cursor, string? category, string? search, [NotNullWhen(true)] out string? lastId)
    {
        lastId = null;
        Span<byte> bytes = stackalloc byte[IdBytes + CheckBytes];
        if (cursor.Length != Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromChars(cursor, bytes, out _, out var length) != OperationStatus.Done
            || length != bytes.Length)
        {
            return false;
        }

        var id = Convert.ToHexStringLower(bytes[..IdBytes]);
        if (!Check(id, category, search).SequenceEqual(bytes[IdBytes..]))
        {
            return false;
        }

        lastId = id;
        return true;
    }

    private static ReadOnlySpan<byte> Check(string id, string? category, string? search)
    {
        // Lengths keep ("ab", "c") apart from ("a", "bc"), and -1 keeps a missing filter apart from an empty one.
        var text = $"{id}:{category?.Length ?? -1}:{category}:{search?.Length ?? -1}:{search}";
        return SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, CheckBytes);
    }
}
