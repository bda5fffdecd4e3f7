using System.Globalization;
using System.Text;
using Gatehouse.Products;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>Products in SQLite.</summary>
internal sealed class SqliteProductStore(SqliteDatabase database) : IProductStore
{
    public Task<Product?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read("read a product", connection =>
        {
            using var command = connection.Prepare("SELECT * FROM products WHERE id = $id").With("$id", id);
            using var reader = command.ExecuteReader();
            return reader.Read() ? ReadProduct(reader) : null;
        }));

    public Task<ProductPage> ListAsync(ProductQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read("list products", connection =>
        {
            using var command = Select(connection, query)
                .With("$after", query.After ?? "")
                .With("$category", query.Category)
                .With("$search", query.Search is { } search ? Fold(search) : null)
                .With("$limit", query.PageSize + 1);
            using var reader = command.ExecuteReader();
            var products = new List<Product>(query.PageSize);
            while (reader.Read())
            {
                if (products.Count == query.PageSize)
                {
                    return new ProductPage(products, HasMore: true);
                }

                products.Add(ReadProduct(reader));
            }

            return new ProductPage(products, HasMore: false);
        }));

    public Task<Product> AddAsync(Product product, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add a product",
            connection =>
            {
                using var command = Bind(connection.Prepare(
                    """
                    INSERT INTO products (id, name, name_key, description, category, price, currency, created_at, updated_at, version)
                    VALUES ($id, $name, $name_key, $description, $category, $price, $currency, $created_at, $updated_at, 1)
                    """), product);
                command.ExecuteNonQuery();
                return product with { Version = "1" };
            },
            cancellationToken);

    public Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken) =>
        database.WriteAsync<Product?>(
            "change a product",
            connection =>
            {
                var version = product.Version.ToRowVersion();
                using var command = Bind(connection.Prepare(
                    """
                    UPDATE products
                    SET name = $name, name_key = $name_key, description = $description, category = $category,
                        price = $price, currency = $currency, updated_at = $updated_at, version = version + 1
                    WHERE id = $id AND version = $version
                    """), product).With("$version", version);
                return command.ChangesRow() ? product with { Version = (version + 1).ToString(CultureInfo.InvariantCulture) } : null;
            },
            cancellationToken);

    public Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "remove a product",
            connection =>
            {
                using var command = connection.Prepare("DELETE FROM products WHERE id = $id AND version = $version")
                    .With("$id", id)
                    .With("$version", version.ToRowVersion());
                return command.ChangesRow();
            },
            cancellationToken);

    // A text for each combination, so that each has the plan of its own that the indexes allow. instr() knows no
    // wildcards, so a search for 100% finds just that.
    private static SqliteCommand Select(SqliteConnection connection, ProductQuery query) => (query.Category, query.Search) switch
    {
        (null, null) => connection.Prepare("SELECT * FROM products WHERE id > $after ORDER BY id LIMIT $limit"),
        (not null, null) => connection.Prepare("SELECT * FROM products WHERE category = $category AND id > $after ORDER BY id LIMIT $limit"),
        (null, not null) => connection.Prepare("SELECT * FROM products WHERE id > $after AND instr(name_key, $search) > 0 ORDER BY id LIMIT $limit"),
        _ => connection.Prepare("SELECT * FROM products WHERE category = $category AND id > $after AND instr(name_key, $search) > 0 ORDER BY id LIMIT $limit"),
    };

    private static SqliteCommand Bind(SqliteCommand command, Product product) => command
        .With("$id", product.Id)
        .With("$name", product.Name)
        .With("$name_key", Fold(product.Name))
        .With("$description", product.Description)
        .With("$category", product.Category)
        .With("$price", product.Price)
        .With("$currency", product.Currency)
        .With("$created_at", product.CreatedAt)
        .With("$updated_at", product.UpdatedAt);

    // SQLite folds the case of ASCII alone.
    private static string Fold(string text) => text.Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    private static Product ReadProduct(SqliteDataReader reader) => new()
    {
        Id = reader.GetText("id"),
        Name = reader.GetText("name"),
        Description = reader.FindText("description"),
        Category = reader.GetText("category"),
        Price = decimal.Parse(reader.GetText("price"), CultureInfo.InvariantCulture),
        Currency = reader.GetText("currency"),
        CreatedAt = reader.GetTime("created_at"),
        UpdatedAt = reader.GetTime("updated_at"),
        Version = reader.GetVersion(),
    };
}
