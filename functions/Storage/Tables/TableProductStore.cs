using Azure;
using Azure.Data.Tables;
using Gatehouse.Products;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Stores products in one partition, so that a page is one range in the order of the ids. Each product has two
/// entities: <c>product-{id}</c>, the authoritative one, and a copy <c>category-{hash}-{id}</c>, so that a category
/// is one range too. A transaction writes both.
/// </summary>
internal sealed class TableProductStore(Table table) : IProductStore, IBackedUpTable
{
    /// <summary>The most products that a search scans in one request. The cursor of the page then continues the search.</summary>
    public const int MaxScanned = 10 * Table.MaxPageSize;

    private const string Partition = "products";
    private const string SearchName = "SearchName";

    // Greater than every id, because ids consist of hex digits.
    private const string AfterIds = "g";

    public string Name => "Products";

    public string Filter => Range(category: null, after: null);

    public Task<Product?> FindAsync(string id, CancellationToken cancellationToken) =>
        table.FindAsync(Partition, ProductRow(id), Read, cancellationToken);

    public Task<Page<Product>> ListAsync(ProductQuery query, CancellationToken cancellationToken) => query.Search is { } search
        ? SearchAsync(query, SearchText.Fold(search), cancellationToken)
        : table.ListAsync(Range(query.Category, query.After), query.PageSize, Read, static product => product.Id, cancellationToken);

    public async Task<Product> AddAsync(Product product, CancellationToken cancellationToken)
    {
        var version = await table.TrySubmitAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Add, Write(product, ProductRow(product.Id))),
                new TableTransactionAction(TableTransactionActionType.UpsertReplace, Write(product, CategoryRow(product.Category, product.Id))),
            ],
            cancellationToken);
        return product with { Version = version ?? throw new InvalidOperationException("A product with this id exists already.") };
    }

    public async Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken)
    {
        if (await FindAsync(product.Id, cancellationToken) is not { } current || current.Version != product.Version)
        {
            return null;
        }

        var actions = new List<TableTransactionAction>
        {
            new(TableTransactionActionType.UpdateReplace, Write(product, ProductRow(product.Id)), EntityVersion.ToETag(product.Version!)),
            new(TableTransactionActionType.UpsertReplace, Write(product, CategoryRow(product.Category, product.Id))),
        };
        if (current.Category != product.Category)
        {
            actions.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(Partition, CategoryRow(current.Category, product.Id)), ETag.All));
        }

        var version = await table.TrySubmitAsync(actions, cancellationToken);
        return version is null ? null : product with { Version = version };
    }

    public async Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } current
        && current.Version == version
        && await table.TryRemoveAsync(
            [new TableEntity(Partition, ProductRow(id)), new TableEntity(Partition, CategoryRow(current.Category, id))],
            version,
            cancellationToken);

    public Task RestoreAsync(TableEntity entity, CancellationToken cancellationToken)
    {
        var product = Read(entity);
        return table.TrySubmitAsync(
            [
                new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity),
                new TableTransactionAction(TableTransactionActionType.UpsertReplace, Write(product, CategoryRow(product.Category, product.Id))),
            ],
            cancellationToken);
    }

    // A table can't search in strings, so this method scans products, up to a bound for each request.
    private async Task<Page<Product>> SearchAsync(ProductQuery query, string search, CancellationToken cancellationToken)
    {
        var found = new List<Product>();
        var after = query.After;
        TableQueryPage page;
        var scanned = 0;
        do
        {
            page = await table.QueryAsync(Range(query.Category, after), Table.MaxPageSize, cancellationToken);
            foreach (var entity in page.Entities)
            {
                if (entity.ReadText(SearchName).Contains(search, StringComparison.Ordinal))
                {
                    if (found.Count == query.PageSize)
                    {
                        return new Page<Product>(found, found[^1].Id);
                    }

                    found.Add(Read(entity));
                }

                after = entity.ReadText(nameof(Product.Id));
            }

            scanned += page.Entities.Count;
        }
        while (page.HasMore && scanned < MaxScanned);

        return new Page<Product>(found, page.HasMore ? after : null);
    }

    private static string ProductRow(string id) => $"product-{id}";

    private static string CategoryRow(string category, string id) => $"category-{TableKey.Of(category)}-{id}";

    private static string Range(string? category, string? after)
    {
        Func<string, string> row = category is null ? ProductRow : id => CategoryRow(category, id);
        return TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {row(after ?? "")} and RowKey lt {row(AfterIds)}");
    }

    private static TableEntity Write(Product product, string rowKey) => new(Partition, rowKey)
    {
        [nameof(Product.Id)] = product.Id,
        [nameof(Product.Name)] = product.Name,
        [SearchName] = SearchText.Fold(product.Name),
        [nameof(Product.Description)] = product.Description,
        [nameof(Product.Category)] = product.Category,
        [nameof(Product.Price)] = TableValues.Store(product.Price),
        [nameof(Product.Currency)] = product.Currency,
        [nameof(Product.CreatedAt)] = product.CreatedAt,
        [nameof(Product.UpdatedAt)] = product.UpdatedAt,
    };

    // The version of a copy is meaningless, but listings do not show versions.
    private static Product Read(TableEntity entity) => new()
    {
        Id = entity.ReadText(nameof(Product.Id)),
        Name = entity.ReadText(nameof(Product.Name)),
        Description = entity.GetString(nameof(Product.Description)),
        Category = entity.ReadText(nameof(Product.Category)),
        Price = entity.ReadDecimal(nameof(Product.Price)),
        Currency = entity.ReadText(nameof(Product.Currency)),
        CreatedAt = entity.ReadTime(nameof(Product.CreatedAt)),
        UpdatedAt = entity.ReadTime(nameof(Product.UpdatedAt)),
        Version = EntityVersion.Of(entity.ETag),
    };
}
