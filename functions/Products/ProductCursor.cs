using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Products;

/// <summary>
/// The position of the next page: the id of the last product of this page, with a check value over the id and the
/// filters. The check detects a damaged cursor, or one of another listing, which would give a wrong page. It guards
/// against mistakes, not against forgery, because a forged position gains nothing.
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
