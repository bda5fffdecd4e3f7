using Azure.Data.Tables;

namespace Gatehouse.Storage.Tables;

/// <summary>Reads the records of a store, which says only how an entity becomes a record.</summary>
internal static class TableRecords
{
    /// <summary>A point read. Null when there is no such record.</summary>
    public static async Task<T?> FindAsync<T>(this Table table, string partitionKey, string rowKey, Func<TableEntity, T> read, CancellationToken cancellationToken)
        where T : class =>
        await table.FindAsync(partitionKey, rowKey, cancellationToken) is { } entity ? read(entity) : null;

    /// <summary>Reads one page.</summary>
    /// <param name="table">The table.</param>
    /// <param name="filter">A filter from <see cref="TableClient.CreateQueryFilter(FormattableString)"/>, whose first record begins the page.</param>
    /// <param name="size">The most records of the page.</param>
    /// <param name="read">Makes a record from an entity.</param>
    /// <param name="id">The id of a record.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Page<T>> ListAsync<T>(this Table table, string filter, int size, Func<TableEntity, T> read, Func<T, string> id, CancellationToken cancellationToken)
    {
        var found = await table.QueryAsync(filter, size + 1, cancellationToken);
        return Page.Of([.. found.Entities.Select(read)], size, id);
    }
}
