using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Products;

internal static class ProductsServiceCollectionExtensions
{
    /// <summary>Adds the products.</summary>
    public static IServiceCollection AddProducts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProductsOptions>().Bind(configuration.GetSection(ProductsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProductsOptions>, ProductsOptionsValidator>();
        services.AddSingleton<ProductPages>();
        return services;
    }
}
