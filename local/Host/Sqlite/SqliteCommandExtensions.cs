using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

internal static class SqliteCommandExtensions
{
    /// <summary>A command; its values go in by <see cref="With"/>, never into the text.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes a constant.")]
    public static SqliteCommand Prepare(this SqliteConnection connection, [ConstantExpected] string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public static SqliteCommand With(this SqliteCommand command, string name, object? value)
    {
        command.Parameters.AddWithValue(name, value switch
        {
            null => DBNull.Value,
            DateTimeOffset time => time.UtcTicks,
            decimal number => number.ToString(CultureInfo.InvariantCulture),
            _ => value,
        });
        return command;
    }

    /// <summary>Runs it. Whether it changed a row.</summary>
    public static bool ChangesRow(this SqliteCommand command) => command.ExecuteNonQuery() == 1;

    public static DateTimeOffset GetTime(this SqliteDataReader reader, string column) =>
        new(reader.GetInt64(reader.GetOrdinal(column)), TimeSpan.Zero);

    public static DateTimeOffset? FindTime(this SqliteDataReader reader, string column) =>
        reader.IsDBNull(reader.GetOrdinal(column)) ? null : reader.GetTime(column);

    public static string GetText(this SqliteDataReader reader, string column) => reader.GetString(reader.GetOrdinal(column));

    public static string? FindText(this SqliteDataReader reader, string column) =>
        reader.IsDBNull(reader.GetOrdinal(column)) ? null : reader.GetText(column);

    /// <summary>The version of a row as the domain carries it.</summary>
    public static string GetVersion(this SqliteDataReader reader) =>
        reader.GetInt64(reader.GetOrdinal("version")).ToString(CultureInfo.InvariantCulture);

    /// <summary>The version of a row as the database compares it.</summary>
    public static long ToRowVersion(this string? version) => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
