using Gatehouse.Products;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Products in SQLite.</summary>
internal sealed class SqliteProductStore(SqliteDatabase database) : IProductStore
{
    private static readonly SqliteTable Products = new(
        "products", "id", "name", "description", "category", "price", "currency", "created_at", "updated_at", "version", "search_name");

    public Task<Product?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.FindAsync(Products.Find, [("@id", id)], Read, cancellationToken);

    public async Task<ProductPage> ListAsync(ProductQuery query, CancellationToken cancellationToken)
    {
        // The statement has only the filters that the query has, so that each kind of listing uses the index that fits:
        // the primary key, or category and id. instr() and not LIKE, because it has no wildcards.
        var category = query.Category is null ? "" : "AND category = @category";
        var search = query.Search is null ? "" : "AND instr(search_name, @search) > 0";
        var products = await database.QueryAsync(
            $"{Products.Select} WHERE id > @after {category} {search} ORDER BY id LIMIT @limit",
            [
                ("@after", query.After ?? ""),
                ("@category", query.Category),
                ("@search", query.Search is null ? null : SearchText.Fold(query.Search)),

                // One more than the page holds tells whether there is a next page.
                ("@limit", query.PageSize + 1),
            ],
            Read,
            cancellationToken);
        var hasMore = products.Count > query.PageSize;
        if (hasMore)
        {
            products.RemoveAt(query.PageSize);
        }

        return new ProductPage(products, hasMore ? products[^1].Id : null);
    }

    public async Task<Product> AddAsync(Product product, CancellationToken cancellationToken)
    {
        var stored = product with { Version = SqliteValues.CreateRowVersion() };
        _ = await WriteAsync(Products.Insert, stored, expected: null, cancellationToken);
        return stored;
    }

    public async Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken)
    {
        var stored = product with { Version = SqliteValues.CreateRowVersion() };
        return await WriteAsync(Products.Replace, stored, product.Version, cancellationToken) == 1 ? stored : null;
    }

    public async Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(Products.Remove, [("@id", id), ("@expected", version)], cancellationToken) == 1;

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
        Version = row.GetString(8),
    };

    private Task<int> WriteAsync(string sql, Product product, string? expected, CancellationToken cancellationToken) => database.ExecuteAsync(
        sql,
        [
            ("@id", product.Id),
            ("@name", product.Name),
            ("@description", product.Description),
            ("@category", product.Category),
            ("@price", product.Price),
            ("@currency", product.Currency),
            ("@created_at", product.CreatedAt),
            ("@updated_at", product.UpdatedAt),
            ("@version", product.Version),
            ("@search_name", SearchText.Fold(product.Name)),
            ("@expected", expected),
        ],
        cancellationToken);
}
