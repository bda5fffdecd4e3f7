using Gatehouse.Access;
using Gatehouse.Api;
using Gatehouse.Tokens;





namespace Gatehouse.Local.Demo;

internal static class DemoServiceCollectionExtensions
{
    /// <summary>The demo client as configuration, and what makes the demo data.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, IConfigurationManager configuration, DemoPlace place)
    {
        // A key of its own, so that it stands beside configured clients instead of changing the first of them.
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
