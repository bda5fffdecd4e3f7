using Gatehouse.Access;
using Gatehouse.Api;
using Gatehouse.Tokens;

namespace Gatehouse.Local.Demo;

internal static class DemoServiceCollectionExtensions
{
    /// <summary>Configures the demo client, and registers the service that makes the demo data.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, IConfigurationManager configuration, DemoPlace place)
    {
        // A named key adds the demo client to the configured clients; a number could change one of them.
        const string client = $"{ClientsOptions.Section}:demo";
        configuration.AddInMemoryCollection(
        [
            new($"{client}:{nameof(ClientOptions.Id)}", DemoData.ClientId),
            new($"{client}:{nameof(ClientOptions.Scopes)}", Scopes.ProductsRead),
            new($"{client}:{nameof(ClientOptions.SecretName)}", DemoData.ClientId),
            new($"{OperationsOptions.Section}:{nameof(OperationsOptions.ReferenceClientId)}", DemoData.ClientId),
        ]);
        services.AddSingleton(place);
        services.AddSingleton<DemoData>();
        services.AddHostedService(static provider => provider.GetRequiredService<DemoData>());
        return services;
    }
}
