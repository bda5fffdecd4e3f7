using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Api.OpenApi;

internal static class OpenApiServiceCollectionExtensions
{
    /// <summary>The description of the API.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services.AddSingleton<OpenApiDocument>();
}
