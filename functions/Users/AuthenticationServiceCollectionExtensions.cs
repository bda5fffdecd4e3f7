using Gatehouse.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

internal static class AuthenticationServiceCollectionExtensions
{
    /// <summary>Signing people in.</summary>
    public static IServiceCollection AddAuthentication(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuthenticationOptions>().Bind(configuration.GetSection(AuthenticationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthenticationOptions>, AuthenticationOptionsValidator>();
        services.AddSingleton(new PasswordHasherFactory(static iterations => new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = iterations }))));
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<Lockout>();
        services.AddSingleton<BootstrapAdmin>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<SignInRateLimit>();
        services.AddSingleton<UserAdministration>();
        return services;
    }
}
