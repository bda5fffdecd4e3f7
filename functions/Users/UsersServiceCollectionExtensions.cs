using Gatehouse.Protection.Http;
using Gatehouse.Protection.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

internal static class UsersServiceCollectionExtensions
{
    /// <summary>Adds users: their passwords, lockouts and administration.</summary>
    public static IServiceCollection AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuthenticationOptions>().Bind(configuration.GetSection(AuthenticationOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthenticationOptions>, AuthenticationOptionsValidator>();

        // The argument is the number of iterations.
        services.AddSingleton<Func<int, IPasswordHasher<object>>>(static iterations => new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = iterations })));
        services.AddSingleton<PasswordHashing>();
        services.AddGauge<PasswordHashing, long>(PasswordHashing.QueuedMetric, "{request}", "Passwords that wait to be checked.", static hashing => hashing.Queued);
        services.AddSingleton<BreachedPasswords>();
        services.AddSingleton<Lockout>();
        services.AddSingleton<SecondFactorRule>();
        services.AddSingleton<PasswordRateLimit>();
        services.AddSingleton<BootstrapAdmin>();
        services.AddSingleton<UserAdministration>();
        services.AddSingleton<IProblemMapper, UserProblems>();
        return services;
    }
}
