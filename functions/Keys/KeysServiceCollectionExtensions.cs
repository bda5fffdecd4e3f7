using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Azure;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

internal static class KeysServiceCollectionExtensions
{
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds the key ring, over Key Vault if <see cref="KeysOptions.VaultUri"/> is set, over files otherwise.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(KeysOptions.Section);
        services.AddOptions<KeysOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeysOptions>, KeysOptionsValidator>();
        services.AddSingleton<KeyRing>();
        services.AddGauge<KeyRing, double>(KeyRing.AgeMetric, "s", "How long ago the signing keys were read.", static keys => keys.Age?.TotalSeconds);
        services.AddGauge<KeyRing, double>(KeySet.SigningAgeMetric, "s", "How long the key that signs has done so.", static keys => keys.SigningAge?.TotalSeconds);
        services.AddHealthChecks().AddCheck<KeysHealthCheck>("keys");
        if (string.IsNullOrEmpty(section[nameof(KeysOptions.VaultUri)]))
        {
            services.AddSingleton<FileSecretSource>();
            services.AddSingleton<ISecretSource>(static provider => provider.GetRequiredService<FileSecretSource>());
            services.AddHostedService<DevelopmentKey>();
        }
        else
        {
            services.AddAzureCredential();
            services.TryAddSingleton(CreateClient);
            services.AddSingleton<ISecretSource, KeyVaultSecretSource>();
        }

        return services;
    }

    /// <summary>The client options for Key Vault.</summary>
    /// <param name="vault">Its URL.</param>
    /// <param name="delay">The delay between the tries; null for the client's default: about a second, then two.</param>
    public static SecretClientOptions CreateClientOptions(Uri vault, DelayStrategy? delay = null)
    {
        var options = new SecretClientOptions
        {
            // The check compares the vault's domain with that of the challenge, which differ for a fake vault on this machine.
            DisableChallengeResourceVerification = vault.IsLoopback,
            RetryPolicy = new ShortRetryPolicy(delay ?? DelayStrategy.CreateExponentialDelayStrategy()),
        };
        options.Retry.NetworkTimeout = NetworkTimeout;
        return options;
    }

    private static SecretClient CreateClient(IServiceProvider provider)
    {
        var vault = provider.GetRequiredService<IOptions<KeysOptions>>().Value.VaultUri!;
        var options = CreateClientOptions(vault);
        options.AddPolicy(DependencyPolicy.For(DependencyNames.KeyVault, provider), HttpPipelinePosition.PerCall);
        return new SecretClient(vault, provider.GetRequiredService<TokenCredential>(), options);
    }
}
