using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Stores and reads values of types that SQLite lacks. See <see cref="SqliteSchema"/>.</summary>
internal static class SqliteValues
{
    private const int RowVersionBytes = 8;

    /// <summary>A version that no row has had before.</summary>
    public static string CreateRowVersion() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RowVersionBytes));

    /// <summary>The value as a parameter of a statement.</summary>
    public static object Store(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.UtcTicks,

        // Keeps trailing zeros: 10.00 is shown as it was entered.
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        ImmutableArray<string> strings => JsonSerializer.Serialize(strings, SqliteJsonContext.Default.ImmutableArrayString),
        ImmutableArray<byte> bytes => ImmutableCollectionsMarshal.AsArray(bytes)!,
        _ => value,
    };

    public static DateTimeOffset ReadTime(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? ReadOptionalTime(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.ReadTime(column);

    public static string? ReadOptionalString(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static decimal ReadDecimal(this SqliteDataReader row, int column) => decimal.Parse(row.GetString(column), CultureInfo.InvariantCulture);

    public static ImmutableArray<string> ReadStrings(this SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize(row.GetString(column), SqliteJsonContext.Default.ImmutableArrayString);

    public static ImmutableArray<byte> ReadBytes(this SqliteDataReader row, int column) =>
        ImmutableCollectionsMarshal.AsImmutableArray(row.GetFieldValue<byte[]>(column));
}

[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class SqliteJsonContext : JsonSerializerContext;
