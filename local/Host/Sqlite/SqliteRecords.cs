using Gatehouse.Storage;

namespace Gatehouse.Local.Sqlite;

/// <summary>Reads and writes the records of a store, which says only what its table holds.</summary>
internal static class SqliteRecords
{
    /// <summary>Finds a record by its key. Null when no record has it.</summary>
    public static Task<T?> FindAsync<T>(this SqliteDatabase database, SqliteTable<T> table, string key, CancellationToken cancellationToken)
        where T : class =>
        database.FindAsync(table.Find, [("@" + table.Key, key)], table.Read, cancellationToken);

    /// <summary>Reads one page in the order of the keys.</summary>
    /// <param name="database">The database.</param>
    /// <param name="table">The table.</param>
    /// <param name="after">The key after which the page begins; null for the first page.</param>
    /// <param name="size">The most records of the page.</param>
    /// <param name="conditions">What the records must fulfill, with its parameter. A condition whose value is null is left out, so that each kind of listing uses the index that fits.</param>
    /// <param name="cancellationToken">Cancels the query between two rows.</param>
    public static async Task<Page<T>> ListAsync<T>(
        this SqliteDatabase database,
        SqliteTable<T> table,
        string? after,
        int size,
        (string Sql, string Parameter, object? Value)[] conditions,
        CancellationToken cancellationToken)
    {
        var given = conditions.Where(static condition => condition.Value is not null).ToArray();
        var where = string.Concat(given.Select(static condition => $" AND {condition.Sql}"));
        var found = await database.QueryAsync(
            $"{table.Select} WHERE {table.Key} > @after{where} ORDER BY {table.Key} LIMIT @limit",
            [("@after", after ?? ""), ("@limit", size + 1), .. given.Select(static condition => (condition.Parameter, condition.Value))],
            table.Read,
            cancellationToken);
        return Page.Of(found, size, table.IdOf);
    }

    /// <summary>Adds a record. Null when one with its key exists.</summary>
    /// <returns>Its version.</returns>
    public static Task<string?> TryAddAsync<T>(this SqliteDatabase database, SqliteTable<T> table, T record, CancellationToken cancellationToken) =>
        WriteAsync(database, table.InsertIfNew, table, record, expected: null, cancellationToken);

    /// <summary>Replaces a record if it still has the version. Null when it was changed or removed.</summary>
    /// <returns>Its new version.</returns>
    public static Task<string?> TryReplaceAsync<T>(this SqliteDatabase database, SqliteTable<T> table, T record, string version, CancellationToken cancellationToken) =>
        WriteAsync(database, table.Replace, table, record, version, cancellationToken);

    /// <summary>Removes a record if it still has the version. False when it was changed or removed.</summary>
    public static async Task<bool> TryRemoveAsync<T>(this SqliteDatabase database, SqliteTable<T> table, string key, string version, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(table.Remove, [("@" + table.Key, key), ("@expected", version)], cancellationToken) == 1;

    private static async Task<string?> WriteAsync<T>(SqliteDatabase database, string sql, SqliteTable<T> table, T record, string? expected, CancellationToken cancellationToken)
    {
        var version = SqliteValues.CreateRowVersion();
        return await database.ExecuteAsync(sql, table.Write(record, version, expected), cancellationToken) == 1 ? version : null;
    }
}
