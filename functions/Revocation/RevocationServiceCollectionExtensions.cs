using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

internal static class RevocationServiceCollectionExtensions
{
    /// <summary>Adds the revocation of Gatehouse's access tokens.</summary>
    public static IServiceCollection AddRevocation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RevocationOptions>().Bind(configuration.GetSection(RevocationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RevocationOptions>, RevocationOptionsValidator>();
        services.AddSingleton<RevocationFeed>();
        services.AddGauge<RevocationFeed, double>(RevocationFeed.AgeMetric, "s", "How long ago the revocations were read.", static feed => feed.Age.TotalSeconds);
        services.AddGauge<RevocationFeed, int>(RevocationFeed.EntriesMetric, "{entry}", "Revocations held in memory.", static feed => feed.Count);
        services.AddHealthChecks().AddCheck<RevocationHealthCheck>("revocations");
        return services;
    }
}
