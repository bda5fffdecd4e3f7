using Microsoft.Extensions.Options;

namespace Gatehouse.Products;

/// <summary>Stops the start when section <c>Products</c> holds an impossible value, naming it and its range.</summary>
internal sealed class ProductsOptionsValidator : IValidateOptions<ProductsOptions>
{
    public ValidateOptionsResult Validate(string? name, ProductsOptions options) =>
        options.CacheFor < TimeSpan.Zero || options.CacheFor > TimeSpan.FromMinutes(5)
            ? ValidateOptionsResult.Fail("Products:CacheFor must be between 00:00:00 and 00:05:00.")
            : ValidateOptionsResult.Success;
}
