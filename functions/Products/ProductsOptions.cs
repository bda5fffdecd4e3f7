namespace Gatehouse.Products;

/// <summary>Configuration section <c>Products</c>.</summary>
internal sealed class ProductsOptions
{
    public const string Section = "Products";

    /// <summary>
    /// How long an instance answers a listing from its memory, 0 to 5 minutes; 0 reads the storage each time. A change
    /// made through another instance shows after this time at the latest, one made through this instance at once.
    /// Defaults to 5 seconds.
    /// </summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(5);
}
