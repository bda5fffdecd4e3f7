using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Authentication;

internal static class SignInServiceCollectionExtensions
{
    /// <summary>Signing people in.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton<PasswordSignIn>()
        .AddSingleton<SignInRateLimit>();
}
