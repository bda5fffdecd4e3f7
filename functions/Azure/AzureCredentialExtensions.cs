using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Azure;

internal static class AzureCredentialExtensions
{
    /// <summary>
    /// Adds the app's identity in Azure, shared by all clients so that they share its tokens. On a developer's
    /// machine it is the user who signed in with az.
    /// </summary>
    public static IServiceCollection AddAzureCredential(this IServiceCollection services)
    {
        services.TryAddSingleton<TokenCredential>(static _ => new DefaultAzureCredential());
        return services;
    }
}
