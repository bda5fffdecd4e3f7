using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Authentication;

internal static class SignInServiceCollectionExtensions
{
    /// <summary>Adds the sign-in by password.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton<PasswordSignIn>();
}
