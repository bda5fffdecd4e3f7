using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>How values that SQLite has no type for are stored and read. See <see cref="SqliteSchema"/>.</summary>
internal static class SqliteValues
{
    private const int RowVersionBytes = 8;

    /// <summary>A version that no row has had before.</summary>
    public static string CreateRowVersion() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RowVersionBytes));

    /// <summary>What stands for null in a parameter.</summary>
    public static object OrNull(object? value) => value ?? DBNull.Value;

    public static long Store(DateTimeOffset time) => time.UtcTicks;

    public static object Store(DateTimeOffset? time) => time is { } value ? value.UtcTicks : DBNull.Value;

    // Keeps the zeros at the end: 10.00 is shown as it was entered.
    public static string Store(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Store(ImmutableArray<string> texts) => JsonSerializer.Serialize(texts, SqliteJsonContext.Default.ImmutableArrayString);

    public static byte[] Store(ImmutableArray<byte> bytes) => ImmutableCollectionsMarshal.AsArray(bytes)!;

    public static DateTimeOffset ReadTime(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? ReadOptionalTime(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.ReadTime(column);

    public static string? ReadOptionalText(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static decimal ReadDecimal(this SqliteDataReader row, int column) => decimal.Parse(row.GetString(column), CultureInfo.InvariantCulture);

    public static ImmutableArray<string> ReadTexts(this SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize(row.GetString(column), SqliteJsonContext.Default.ImmutableArrayString);

    public static ImmutableArray<byte> ReadBytes(this SqliteDataReader row, int column) =>
        ImmutableCollectionsMarshal.AsImmutableArray(row.GetFieldValue<byte[]>(column));
}
