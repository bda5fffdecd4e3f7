using System.Globalization;
using Azure.Data.Tables;
using Gatehouse.Users;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// The index of the users, in one partition: for each user a row in the order of the names, and a row by the id. One transaction
/// writes both before the user is added, and one removes both after the user was removed. A row proves nothing, so its reader
/// checks the user.
/// </summary>
internal sealed class UserIndex(Table table)
{
    /// <summary>The hash of the name, which is the partition of the user.</summary>
    public const string NameKey = "NameKey";

    /// <summary>The id of the user.</summary>
    public const string Id = "Id";

    private const string Partition = "index";
    private const string UserRow = "user";
    private const string ProgressRow = "progress";
    private const int RowsOfUser = 2;
    private const int BackfilledAtOnce = 500;

    // Four hex digits for each character, a dash and an id must fit into the 512 characters of a row key. Longer names with the
    // same beginning are in the order of their ids.
    private const int MaxSortedLength = 116;

    // Greater than every string of hex digits.
    private const string AfterHex = "g";

    private volatile bool _isComplete;

    /// <summary>Adds the rows of a user.</summary>
    public Task AddAsync(User user, CancellationToken cancellationToken) => AddAsync([(user.Name.Key, user.Id)], cancellationToken);

    /// <summary>Removes the rows of a user.</summary>
    public Task RemoveAsync(User user, CancellationToken cancellationToken) =>
        table.TryRemoveAsync([new TableEntity(Partition, NameRow(user.Name.Key, user.Id)), new TableEntity(Partition, IdRow(user.Id))], version: null, cancellationToken);

    /// <summary>The row of an id; null when no user has it.</summary>
    public async Task<TableEntity?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await CompleteAsync(cancellationToken);
        return await table.FindAsync(Partition, IdRow(id), cancellationToken);
    }

    /// <summary>One page of rows in the order of the names. <see cref="UserQuery.After"/> is the key of a row.</summary>
    public async Task<Page<TableEntity>> ListAsync(UserQuery query, CancellationToken cancellationToken)
    {
        await CompleteAsync(cancellationToken);
        var begin = Sortable(query.Prefix);
        var after = query.After ?? "";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {after} and RowKey ge {begin} and RowKey lt {begin + AfterHex}");
        return await table.ListAsync(filter, query.PageSize, static row => row, static row => row.RowKey, cancellationToken);
    }

    /// <summary>
    /// Adds the rows of users that a version without this index has stored: once for the storage, at its first listing. It goes on
    /// where an interrupted one ended.
    /// </summary>
    private async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_isComplete)
        {
            return;
        }

        var after = (await table.FindAsync(Partition, ProgressRow, cancellationToken))?.ReadText(NameKey) ?? "";
        while (after != AfterHex)
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey gt {after} and PartitionKey lt {AfterHex} and RowKey eq {UserRow}");
            var page = await table.QueryAsync(filter, BackfilledAtOnce, cancellationToken);
            foreach (var chunk in page.Entities.Chunk(Table.MaxTransactionSize / RowsOfUser))
            {
                await AddAsync([.. chunk.Select(static user => (UserName.ToKey(user.ReadText(nameof(User.Name))), user.ReadText(nameof(User.Id))))], cancellationToken);
            }

            after = page.HasMore ? page.Entities[^1].PartitionKey : AfterHex;
            await table.SetAsync(new TableEntity(Partition, ProgressRow) { [NameKey] = after }, cancellationToken);
        }

        _isComplete = true;
    }

    private async Task AddAsync((string Key, string Id)[] users, CancellationToken cancellationToken)
    {
        var actions = users.SelectMany(static user => new[] { NameRow(user.Key, user.Id), IdRow(user.Id) }, static (user, row) =>
            new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(Partition, row) { [NameKey] = TableKey.Of(user.Key), [Id] = user.Id }));
        await table.TrySubmitAsync([.. actions], cancellationToken);
    }

    private static string NameRow(string key, string id) => $"{Sortable(key)}-{id}";

    private static string IdRow(string id) => $"id-{id}";

    // A table key may not hold / \ # ? and others.
    private static string Sortable(string key) =>
        string.Concat(key.Take(MaxSortedLength).Select(static character => ((int)character).ToString("x4", CultureInfo.InvariantCulture)));
}
