using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Api.Reference;

internal static class ReferenceServiceCollectionExtensions
{
    /// <summary>The reference page.</summary>
    public static IServiceCollection AddReference(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OperationsOptions>().Bind(configuration.GetSection(OperationsOptions.Section));
        services.AddSingleton<ReferenceAssets>();
        return services;
    }
}
