using Gatehouse.Api.OpenApi;
using Gatehouse.Api.Reference;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Api;

internal static class ApiServiceCollectionExtensions
{
    /// <summary>Adds the description of the API, its reference page, its health, and the answer to unknown routes.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHealthChecks();
        services.AddSingleton<UnknownRoute>();
        services.AddSingleton<OpenApiDocument>();
        services.AddOptions<OperationsOptions>().Bind(configuration.GetSection(OperationsOptions.Section));
        if (configuration.GetValue(OperationsOptions.ServeReferenceSetting, defaultValue: false))
        {
            services.AddSingleton<ReferenceAssets>();
        }

        return services;
    }
}
