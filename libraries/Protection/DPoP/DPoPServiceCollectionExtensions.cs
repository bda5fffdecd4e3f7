using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

internal static class DPoPServiceCollectionExtensions
{
    /// <summary>Adds the verification of tokens that are bound to a key of their sender (RFC 9449).</summary>
    public static IServiceCollection AddDPoP(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DPoPOptions>().Bind(configuration.GetSection(DPoPOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DPoPOptions>, DPoPOptionsValidator>();
        services.AddSingleton<DPoPRequirements>();
        services.AddSingleton<ProofKeys>();
        services.AddSingleton<ProofUrls>();
        services.AddSingleton<ProofVerifier>();
        services.AddSingleton<TokenBinding>();
        return services;
    }
}
