using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;

namespace Gatehouse.Storage.Tables;

/// <summary>How values that a table does not know are kept in it.</summary>
internal static class TableValues
{
    public static string Store(ImmutableArray<string> texts) => JsonSerializer.Serialize(texts, TablesJsonContext.Default.ImmutableArrayString);

    public static byte[] Store(ImmutableArray<byte> bytes) => [.. bytes];

    // As text, because a table knows binary fractions only.
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
