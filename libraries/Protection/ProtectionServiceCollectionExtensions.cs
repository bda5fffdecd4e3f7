using Gatehouse.Access;
using Gatehouse.Protection.DPoP;
using Gatehouse.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

internal static class ProtectionServiceCollectionExtensions
{
    /// <summary>Verifying tokens and holding functions to their access rules.</summary>
    public static IServiceCollection AddProtection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProtectionOptions>().Bind(configuration.GetSection(ProtectionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProtectionOptions>, ProtectionOptionsValidator>();
        services.AddOptions<AuthorizationOptions>().Bind(configuration.GetSection(AuthorizationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>();
        services.AddOptions<TokensOptions>().Bind(configuration.GetSection(TokensOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TokensOptions>, TokensOptionsValidator>();
        services.AddSingleton<AccessRules>();
        services.AddSingleton<Roles>();
        services.AddSingleton<Challenge>();
        services.AddSingleton<TokenReader>();
        services.AddSingleton<TokenIssuers>();
        services.AddSingleton<TokenVerifier>();
        services.AddDPoP(configuration);
        return services;
    }
}
