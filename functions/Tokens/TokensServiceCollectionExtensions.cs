using Gatehouse.Protection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

internal static class TokensServiceCollectionExtensions
{
    /// <summary>Issuing tokens: to clients, and to people who have signed in.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClientsOptions>()
            .Configure(options => configuration.GetSection(ClientsOptions.Section).Bind(options.Clients))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientsOptions>, ClientsOptionsValidator>();
        services.AddSingleton<ITokenIssuer, OwnIssuer>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<TokenRevocation>();
        services.AddSingleton<TokenIntrospection>();
        services.AddSingleton<ClientKeyDownload>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<ClientAuthentication>();
        return services;
    }
}
