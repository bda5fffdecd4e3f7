using System.Buffers.Text;
using System.Text;
using Azure;

namespace Gatehouse.Storage.Tables;

/// <summary>The version that a store gives out: the storage's ETag, in letters that can stand anywhere.</summary>
internal static class EntityVersion
{
    public static string Of(ETag etag) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(etag.ToString("H")));

    public static ETag ToETag(string version) => new(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(version)));
}
