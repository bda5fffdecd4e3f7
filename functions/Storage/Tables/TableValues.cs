using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace Gatehouse.Storage.Tables;

/// <summary>Stores values of types that a table lacks.</summary>
internal static class TableValues
{
    public static string Store(ImmutableArray<string> texts) => JsonSerializer.Serialize(texts, TablesJsonContext.Default.ImmutableArrayString);

    public static byte[] Store(ImmutableArray<byte> bytes) => [.. bytes];

    // A string, because a table has binary fractions only.
    public static string Store(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    public static string ReadText(this TableEntity entity, string name) => entity.GetString(name) ?? throw Missing(entity, name);

    public static DateTimeOffset ReadTime(this TableEntity entity, string name) => entity.GetDateTimeOffset(name) ?? throw Missing(entity, name);

    public static bool ReadFlag(this TableEntity entity, string name) => entity.GetBoolean(name) ?? throw Missing(entity, name);

    public static int ReadNumber(this TableEntity entity, string name) => entity.GetInt32(name) ?? throw Missing(entity, name);

    public static decimal ReadDecimal(this TableEntity entity, string name) => decimal.Parse(entity.ReadText(name), CultureInfo.InvariantCulture);

    public static ImmutableArray<byte> ReadBytes(this TableEntity entity, string name) => [.. entity.GetBinary(name) ?? []];

    public static ImmutableArray<string> ReadTexts(this TableEntity entity, string name) =>
        JsonSerializer.Deserialize(entity.ReadText(name), TablesJsonContext.Default.ImmutableArrayString);

    private static InvalidDataException Missing(TableEntity entity, string name) =>
        new($"The entity {entity.PartitionKey}/{entity.RowKey} has no {name}. It was not written by Gatehouse, or was changed by hand.");
}

/// <summary>
/// Keys from strings that callers choose. A table key may not hold / \ # ? or control characters, has at most 1 KiB,
/// and appears in URLs and so in the logs of the storage. A hash avoids these problems, and spreads the partitions
/// evenly.
/// </summary>
internal static class TableKey
{
    /// <summary>64 lower-case hex digits of SHA-256.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>The version of an entity as a store returns it: the storage's ETag, encoded as base64url.</summary>
internal static class EntityVersion
{
    public static string Of(ETag etag) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(etag.ToString("H")));

    public static ETag ToETag(string version) => new(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(version)));
}

/// <summary>The result of a query.</summary>
/// <param name="Entities">The entities in the order of their keys; possibly more than the limit if the storage ended a page early.</param>
/// <param name="HasMore">Whether more may follow.</param>
internal readonly record struct TableQueryPage(IReadOnlyList<TableEntity> Entities, bool HasMore);
