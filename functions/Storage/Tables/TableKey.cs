using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Keys made from texts that callers choose. A key of a table may not hold / \ # ? or control characters, has at most
/// 1 KiB, and stands in URLs and so in the logs of the storage; a hash has none of these troubles, and spreads the
/// partitions evenly.
/// </summary>
internal static class TableKey
{
    /// <summary>64 lower-case hex digits of SHA-256.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
