namespace Gatehouse.Local.Sqlite;

/// <summary>The statements that the stores share. Each column has a parameter of its name; <c>@expected</c> is the version that a row must have.</summary>
/// <param name="name">The name of the table.</param>
/// <param name="columns">The columns in the order in which rows are read, the key first.</param>
internal sealed class SqliteTable(string name, params string[] columns)
{
    public string Select { get; } = $"SELECT {string.Join(", ", columns)} FROM {name}";

    public string Find { get; } = $"SELECT {string.Join(", ", columns)} FROM {name} WHERE {columns[0]} = @{columns[0]}";

    public string Insert { get; } = $"INSERT INTO {name} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(static column => "@" + column))})";

    public string Replace { get; } = $"UPDATE {name} SET {string.Join(", ", columns[1..].Select(static column => $"{column} = @{column}"))} WHERE {columns[0]} = @{columns[0]} AND version = @expected";

    public string Remove { get; } = $"DELETE FROM {name} WHERE {columns[0]} = @{columns[0]} AND version = @expected";

    /// <summary>Removes at most <c>@limit</c> rows that expire until <c>@now</c>, the oldest first.</summary>
    public string RemoveExpired { get; } = $"DELETE FROM {name} WHERE {columns[0]} IN (SELECT {columns[0]} FROM {name} WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)";
}
