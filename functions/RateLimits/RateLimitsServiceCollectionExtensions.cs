using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

internal static class RateLimitsServiceCollectionExtensions
{
    /// <summary>Adds the rate limits.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitsOptions>().Bind(configuration.GetSection(RateLimitsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitsOptions>, RateLimitsOptionsValidator>();
        services.AddSingleton(static _ => new PartitionHash());
        services.AddSingleton<RouteQuotas>();
        services.AddSingleton<IValidateOptions<RateLimitsOptions>, CallerLimitsValidator>();
        services.AddSingleton<CallerLimitedFunctions>();
        services.AddSingleton<QuotaLender>();
        services.AddSingleton<CallerQuotas>();
        services.AddSingleton<CallerLimits>();
        return services;
    }
}
