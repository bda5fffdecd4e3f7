using System.Net.Security;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Azure;
using Gatehouse.Keys;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyVault;

/// <summary>Hosts whose secrets are in the tests' vault.</summary>
internal static class VaultHost
{
    public const string KeyName = "jwt-signing-key";

    public static Task<GatehouseHost> StartAsync(KeyVaultServer vault, FakeTimeProvider time) => GatehouseHost.StartAsync(CreateOptions(vault, time));

    public static GatehouseHostOptions CreateOptions(KeyVaultServer vault, FakeTimeProvider time) => new()
    {
        Time = time,
        SigningKey = null,
        Settings = new Dictionary<string, string?> { ["Keys:VaultUri"] = vault.Uri.ToString() },
        Configure = builder => builder.Services.Replace(ServiceDescriptor.Singleton(services => CreateClient(vault, services))),
    };

    /// <summary>The real client with the product's own options; what differs is whom it trusts, and that it doesn't wait before it tries again.</summary>
    /// <param name="vault">The vault.</param>
    /// <param name="services">Where its calls are measured; null for nowhere.</param>
    /// <param name="identity">The identity; null for one that the vault lets in.</param>
    public static SecretClient CreateClient(KeyVaultServer vault, IServiceProvider? services = null, TokenCredential? identity = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == vault.Certificate.GetCertHashString(),
            },
        };
        var options = KeysServiceCollectionExtensions.CreateClientOptions(vault.Uri, DelayStrategy.CreateFixedDelayStrategy(TimeSpan.FromMilliseconds(1)));
        if (services is not null)
        {
            options.AddPolicy(DependencyPolicy.For(DependencyNames.KeyVault, services), HttpPipelinePosition.PerCall);
        }

        options.Transport = new HttpClientTransport(handler);
        return new SecretClient(vault.Uri, identity ?? new VaultCredential(), options);
    }
}
