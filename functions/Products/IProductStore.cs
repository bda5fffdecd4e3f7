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
