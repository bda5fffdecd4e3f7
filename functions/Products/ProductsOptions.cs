using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Products;

/// <summary>Configuration section <c>Products</c>.</summary>
internal sealed class ProductsOptions
{
    public const string Section = "Products";

    /// <summary>
    /// How long an instance answers a listing from memory, 0 to 5 minutes; 0 reads the storage each time. A change
    /// made through another instance shows after this time at the latest, a change made through this instance at
    /// once. Defaults to 5 seconds.
    /// </summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Stops the start when section <c>Products</c> holds an impossible value, naming it and its range.</summary>
internal sealed class ProductsOptionsValidator : IValidateOptions<ProductsOptions>
{
    public ValidateOptionsResult Validate(string? name, ProductsOptions options)
    {
        var faults = new SettingFaults(ProductsOptions.Section);
        faults.RequireRange(nameof(options.CacheFor), options.CacheFor, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        return faults.ToResult();
    }
}
