namespace Gatehouse.Products;

/// <summary>Where products are kept. Every write is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="Storage.StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IProductStore
{
    /// <summary>A point read. Null when there is no such product.</summary>
    Task<Product?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>One page, in the order of the ids.</summary>
    Task<ProductPage> ListAsync(ProductQuery query, CancellationToken cancellationToken);

    /// <summary>Adds a product. Its id is new.</summary>
    /// <returns>The product with its first <see cref="Product.Version"/>.</returns>
    Task<Product> AddAsync(Product product, CancellationToken cancellationToken);

    /// <summary>Replaces a product as long as nobody changed it since <see cref="Product.Version"/>. Null when somebody did, or it is gone.</summary>
    /// <returns>The product with its new <see cref="Product.Version"/>.</returns>
    Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken);

    /// <summary>Removes a product as long as its version is still <paramref name="version"/>. False when it is not, or it is gone.</summary>
    Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken);
}

/// <summary>Which products a page holds. The order is that of the ids, so a page never shifts under inserts and deletes.</summary>
/// <param name="PageSize">1 to 100.</param>
/// <param name="After">The id after which the page begins; null for the first page.</param>
/// <param name="Category">Exactly this category; null for all.</param>
/// <param name="Search">A part of the name, whatever its case; null for all.</param>
internal sealed record ProductQuery(int PageSize, string? After, string? Category, string? Search);

/// <summary>One page of products.</summary>
/// <param name="Items">
/// At most <see cref="ProductQuery.PageSize"/>. A search may find fewer, or none, before the store has looked at as many
/// products as one request can bear.
/// </param>
/// <param name="Next">The id after which the next page begins; null when nothing follows.</param>
internal sealed record ProductPage(IReadOnlyList<Product> Items, string? Next);
