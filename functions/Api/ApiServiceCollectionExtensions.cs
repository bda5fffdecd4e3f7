using Gatehouse.Api.OpenApi;
using Gatehouse.Api.Reference;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Api;

internal static class ApiServiceCollectionExtensions
{
    /// <summary>Adds the description of the API, its reference page, its health, and the answer to unknown routes.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHealthChecks();

        // Any caller may ask for the health as often as it likes, and each failing check would log an error. The feature that
        // a check belongs to logs the cause at its own pace.
        services.Configure<LoggerFilterOptions>(static filters => filters.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
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
