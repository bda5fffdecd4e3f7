using Gatehouse.Protection.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

internal static class RevocationServiceCollectionExtensions
{
    /// <summary>Refusing access tokens that Gatehouse issued before they end.</summary>
    public static IServiceCollection AddRevocation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RevocationOptions>().Bind(configuration.GetSection(RevocationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RevocationOptions>, RevocationOptionsValidator>();
        services.AddSingleton<RevocationFeed>();
        services.AddSingleton<IReadinessCheck, RevocationReadinessCheck>();
        return services;
    }
}
