using Gatehouse.Products;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Products in SQLite.</summary>
internal sealed class SqliteProductStore(SqliteDatabase database) : IProductStore
{
    private const string Select = "SELECT id, name, description, category, price, currency, created_at, updated_at, version FROM products";

    private const string Add =
        """
        INSERT INTO products (id, name, search_name, description, category, price, currency, created_at, updated_at, version)
        VALUES (@id, @name, @search_name, @description, @category, @price, @currency, @created_at, @updated_at, @version)
        """;

    private const string Replace =
        """
        UPDATE products
        SET name = @name, search_name = @search_name, description = @description, category = @category, price = @price,
            currency = @currency, created_at = @created_at, updated_at = @updated_at, version = @version
        WHERE id = @id AND version = @expected
        """;

    private const string Remove = "DELETE FROM products WHERE id = @id AND version = @expected";

    public async Task<Product?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand($"{Select} WHERE id = @id") { Parameters = { new("@id", id) } };
        return (await database.QueryAsync(command, Read, cancellationToken)).SingleOrDefault();
    }

    public async Task<ProductPage> ListAsync(ProductQuery query, CancellationToken cancellationToken)
    {
        // A filter that is not asked for is not in the statement either, so that each kind of listing gets the index
        // that fits: the primary key, or category and id. instr() and not LIKE: it has no wildcards.
        var category = query.Category is null ? "" : "AND category = @category";
        var search = query.Search is null ? "" : "AND instr(search_name, @search) > 0";
        using var command = new SqliteCommand($"{Select} WHERE id > @after {category} {search} ORDER BY id LIMIT @limit")
        {
            Parameters =
            {
                new("@after", query.After ?? ""),
                new("@category", SqliteValues.OrNull(query.Category)),
                new("@search", SqliteValues.OrNull(query.Search is null ? null : SearchText.Fold(query.Search))),

                // One more than the page holds tells whether there is a next one.
                new("@limit", query.PageSize + 1),
            },
        };
        var products = await database.QueryAsync(command, Read, cancellationToken);
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
        _ = await WriteAsync(Add, stored, expected: null, cancellationToken);
        return stored;
    }

    public async Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken)
    {
        var stored = product with { Version = SqliteValues.CreateRowVersion() };
        return await WriteAsync(Replace, stored, product.Version, cancellationToken) == 1 ? stored : null;
    }

    public async Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(Remove) { Parameters = { new("@id", id), new("@expected", version) } };
        return await database.ExecuteAsync(command, cancellationToken) == 1;
    }

    private static Product Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Description = row.ReadOptionalText(2),
        Category = row.GetString(3),
        Price = row.ReadDecimal(4),
        Currency = row.GetString(5),
        CreatedAt = row.ReadTime(6),
        UpdatedAt = row.ReadTime(7),
        Version = row.GetString(8),
    };

    private async Task<int> WriteAsync(string sql, Product product, string? expected, CancellationToken cancellationToken)
    {
        using var command = new SqliteCommand(sql)
        {
            Parameters =
            {
                new("@id", product.Id),
                new("@name", product.Name),
                new("@search_name", SearchText.Fold(product.Name)),
                new("@description", SqliteValues.OrNull(product.Description)),
                new("@category", product.Category),
                new("@price", SqliteValues.Store(product.Price)),
                new("@currency", product.Currency),
                new("@created_at", SqliteValues.Store(product.CreatedAt)),
                new("@updated_at", SqliteValues.Store(product.UpdatedAt)),
                new("@version", product.Version),
                new("@expected", SqliteValues.OrNull(expected)),
            },
        };
        return await database.ExecuteAsync(command, cancellationToken);
    }
}
