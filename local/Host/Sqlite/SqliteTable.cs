using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>The statements that the stores share. Each column has a parameter of its name; <c>@expected</c> is the version that a row must have.</summary>
/// <param name="name">The name of the table.</param>
/// <param name="columns">The columns in the order in which rows are read, the key first.</param>
internal class SqliteTable(string name, params string[] columns)
{
    public string Key { get; } = columns[0];

    public string Select { get; } = $"SELECT {string.Join(", ", columns)} FROM {name}";

    public string Find { get; } = $"SELECT {string.Join(", ", columns)} FROM {name} WHERE {columns[0]} = @{columns[0]}";

    public string Insert { get; } = $"INSERT INTO {name} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(static column => "@" + column))})";

    public string InsertIfNew => field ??= $"{Insert} ON CONFLICT ({Key}) DO NOTHING";

    public string Replace { get; } = $"UPDATE {name} SET {string.Join(", ", columns[1..].Select(static column => $"{column} = @{column}"))} WHERE {columns[0]} = @{columns[0]} AND version = @expected";

    public string Remove { get; } = $"DELETE FROM {name} WHERE {columns[0]} = @{columns[0]} AND version = @expected";

    /// <summary>Removes at most <c>@limit</c> rows that expire until <c>@now</c>, the oldest first.</summary>
    public string RemoveExpired { get; } = $"DELETE FROM {name} WHERE {columns[0]} IN (SELECT {columns[0]} FROM {name} WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)";
}

/// <summary>A table of records. Its last column is <c>version</c>, which each write draws.</summary>
/// <param name="name">The name of the table.</param>
/// <param name="read">Makes a record from a row, whose columns are <paramref name="columns"/> and then the version.</param>
/// <param name="columns">The columns before the version with their values, the key first.</param>
internal sealed class SqliteTable<T>(string name, Func<SqliteDataReader, T> read, params (string Name, Func<T, object?> Value)[] columns)
    : SqliteTable(name, [.. columns.Select(static column => column.Name), "version"])
{
    public Func<SqliteDataReader, T> Read { get; } = read;

    /// <summary>The parameters of a write.</summary>
    /// <param name="record">What is written.</param>
    /// <param name="version">The new version.</param>
    /// <param name="expected">The version that the row must have; null for a new row.</param>
    public (string Name, object? Value)[] Write(T record, string version, string? expected) =>
        [.. columns.Select(column => ("@" + column.Name, column.Value(record))), ("@version", version), ("@expected", expected)];

    /// <summary>The id of a record: the value of its key.</summary>
    public string IdOf(T record) => (string)columns[0].Value(record)!;
}
