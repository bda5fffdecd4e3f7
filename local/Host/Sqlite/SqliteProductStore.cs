using Gatehouse.Products;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Products in SQLite.</summary>
internal sealed class SqliteProductStore(SqliteDatabase database) : IProductStore
{
    private static readonly SqliteTable<Product> Products = new(
        "products",
        Read,
        ("id", static product => product.Id),
        ("name", static product => product.Name),
        ("description", static product => product.Description),
        ("category", static product => product.Category),
        ("price", static product => product.Price),
        ("currency", static product => product.Currency),
        ("created_at", static product => product.CreatedAt),
        ("updated_at", static product => product.UpdatedAt),
        ("search_name", static product => SearchText.Fold(product.Name)));

    public Task<Product?> FindAsync(string id, CancellationToken cancellationToken) => database.FindAsync(Products, id, cancellationToken);

    // instr() and not LIKE, because it has no wildcards.
    public Task<Page<Product>> ListAsync(ProductQuery query, CancellationToken cancellationToken) => database.ListAsync(
        Products,
        query.After,
        query.PageSize,
        [
            ("category = @category", "@category", query.Category),
            ("instr(search_name, @search) > 0", "@search", query.Search is { } search ? SearchText.Fold(search) : null),
        ],
        cancellationToken);

    public async Task<Product> AddAsync(Product product, CancellationToken cancellationToken) =>
        product with { Version = await database.TryAddAsync(Products, product, cancellationToken) ?? throw new InvalidOperationException("A product with this id exists already.") };

    public async Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken) =>
        await database.TryReplaceAsync(Products, product, product.Version!, cancellationToken) is { } version ? product with { Version = version } : null;

    public Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken) =>
        database.TryRemoveAsync(Products, id, version, cancellationToken);

    private static Product Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Description = row.ReadOptionalString(2),
        Category = row.GetString(3),
        Price = row.ReadDecimal(4),
        Currency = row.GetString(5),
        CreatedAt = row.ReadTime(6),
        UpdatedAt = row.ReadTime(7),
        Version = row.GetString(9),
    };
}
