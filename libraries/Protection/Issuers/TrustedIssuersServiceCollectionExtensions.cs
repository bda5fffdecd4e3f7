using Gatehouse.Protection.Settings;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Issuers;

internal static class TrustedIssuersServiceCollectionExtensions
{
    /// <summary>The service key of the <see cref="HttpClient"/> that reads the documents of other issuers.</summary>
    public const string ClientKey = "trusted-issuers";

    /// <summary>Accepts the tokens of the issuers in <c>Protection:TrustedIssuers</c>.</summary>
    public static IServiceCollection AddTrustedIssuers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ProtectionOptions>, TrustedIssuerOptionsValidator>();
        services.TryAddKeyedSingleton(ClientKey, static (provider, _) => IssuerDocuments.CreateClient(provider.GetRequiredService<ProtectionMetrics>()));
        var count = configuration.GetSection($"{ProtectionOptions.Section}:{nameof(ProtectionOptions.TrustedIssuers)}").GetChildren().Count();
        if (count == 0)
        {
            return services;
        }

        for (var i = 0; i < count; i++)
        {
            // The list of options has the order of the sections, so a place identifies an issuer.
            var place = i;
            services.AddSingleton(provider => Create(provider, place));
            services.AddSingleton<ITokenIssuer>(provider => provider.GetServices<TrustedIssuer>().ElementAt(place));
        }

        services.AddHealthChecks().AddCheck<TrustedIssuersHealthCheck>("issuers");
        return services;
    }

    private static TrustedIssuer Create(IServiceProvider provider, int place)
    {
        var options = provider.GetRequiredService<IOptions<ProtectionOptions>>().Value.TrustedIssuers[place];
        var time = provider.GetRequiredService<TimeProvider>();
        var keys = new IssuerKeySource(
            options.FindKeyAddress(),
            SettingList.Split(options.Algorithms),
            provider.GetRequiredKeyedService<HttpClient>(ClientKey),
            time,
            provider.GetRequiredService<ILogger<IssuerKeySource>>());
        return new TrustedIssuer(options, provider.GetRequiredService<IRoleScopes>(), keys, time);
    }
}
