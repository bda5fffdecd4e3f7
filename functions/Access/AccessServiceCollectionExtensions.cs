using Gatehouse.Protection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Access;

internal static class AccessServiceCollectionExtensions
{
    /// <summary>Adds the scopes and roles that can be granted.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuthorizationOptions>().Bind(configuration.GetSection(AuthorizationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>();
        services.AddSingleton<Roles>();
        services.AddSingleton<IRoleScopes>(static provider => provider.GetRequiredService<Roles>());
        return services;
    }
}
