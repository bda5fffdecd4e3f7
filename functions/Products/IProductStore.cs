using Gatehouse.Storage;

namespace Gatehouse.Products;

/// <summary>The store of products. Every write is conditional: of two writers that read the same version, one wins.</summary>
/// <exception cref="StorageUnavailableException">Thrown by every member when the storage can't be reached.</exception>
internal interface IProductStore
{
    /// <summary>A point read. Null when there is no such product.</summary>
    Task<Product?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Reads one page, in the order of the ids. A search may return fewer products than the page holds, even none, because one
    /// request scans only a bounded number of products.
    /// </summary>
    Task<Page<Product>> ListAsync(ProductQuery query, CancellationToken cancellationToken);

    /// <summary>Adds a product. Its id is new.</summary>
    /// <returns>The product with its first <see cref="Product.Version"/>.</returns>
    Task<Product> AddAsync(Product product, CancellationToken cancellationToken);

    /// <summary>Replaces a product if its version is still <see cref="Product.Version"/>. Null when it was changed or removed.</summary>
    /// <returns>The product with its new <see cref="Product.Version"/>.</returns>
    Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken);

    /// <summary>Removes a product if its version is still <paramref name="version"/>. False when it was changed or removed.</summary>
    Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken);
}

/// <summary>The query for a page of products. The order is that of the ids, so inserts and deletes never shift a page.</summary>
/// <param name="PageSize">1 to 100.</param>
/// <param name="After">The id after which the page begins; null for the first page.</param>
/// <param name="Category">The exact category; null for all.</param>
/// <param name="Search">A part of the name, ignoring case; null for all.</param>
internal sealed record ProductQuery(int PageSize, string? After, string? Category, string? Search);
