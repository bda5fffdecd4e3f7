using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.Azure;
using Gatehouse.Products;
using Gatehouse.Protection.Telemetry;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Storage.Blobs;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Storage.Tables;

internal static class TableStorageServiceCollectionExtensions
{
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Adds the stores over the Azure storage account of section <c>Storage</c>: tables, and blobs for the revocation feed.</summary>
    public static IServiceCollection AddTableStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddAzureCredential();
        services.TryAddSingleton(CreateClient);
        services.TryAddSingleton(CreateBlobClient);
        services.AddSingleton<IUserStore>(static provider => new TableUserStore(GetTable(provider, "Users"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRefreshTokenStore>(static provider => new TableRefreshTokenStore(GetTable(provider, "RefreshTokens")));
        services.AddSingleton<IRevocationStore>(static provider => new BlobRevocationStore(GetContainer(provider, "revocations"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IClientStore>(static provider => new TableClientStore(GetTable(provider, "Clients")));
        services.AddSingleton<IProductStore>(static provider => new TableProductStore(GetTable(provider, "Products")));
        services.AddSingleton<IQuotaStore>(static provider => new TableQuotaStore(GetTable(provider, "Quotas"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new TableStorageHealthCheck(
            GetTable(provider, "Products"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TableStorageHealthCheck>>()));
        services.AddHealthChecks().AddCheck<TableStorageHealthCheck>("storage");
        return services;
    }

    /// <summary>The tables that a backup keeps. Quotas pass within days, and revocations within minutes.</summary>
    public static IReadOnlyList<IBackedUpTable> CreateBackedUpTables(TableServiceClient client, string prefix, TimeProvider time, ILogger<Table> logger)
    {
        Table Create(string name) => new(client.GetTableClient(prefix + name), time, logger);
        return [new TableUserStore(Create("Users"), time), new TableRefreshTokenStore(Create("RefreshTokens")), new TableClientStore(Create("Clients")), new TableProductStore(Create("Products"))];
    }

    /// <summary>The client options for Table Storage.</summary>
    /// <param name="delay">The delay between the tries; null for the default.</param>
    public static TableClientOptions CreateClientOptions(DelayStrategy? delay = null)
    {
        var options = new TableClientOptions
        {
            RetryPolicy = new ShortRetryPolicy(delay ?? DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay)),
        };
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.AddPolicy(new WriteAttempts.Policy(), HttpPipelinePosition.PerRetry);
        return options;
    }

    /// <summary>The client options for Blob Storage.</summary>
    /// <param name="delay">The delay between the tries; null for the default.</param>
    public static BlobClientOptions CreateBlobClientOptions(DelayStrategy? delay = null)
    {
        var options = new BlobClientOptions
        {
            RetryPolicy = new ShortRetryPolicy(delay ?? DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay)),
        };
        options.Retry.NetworkTimeout = NetworkTimeout;
        return options;
    }

    private static TableServiceClient CreateClient(IServiceProvider provider)
    {
        var storage = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
        var options = CreateClientOptions();
        options.AddPolicy(DependencyPolicy.For(DependencyNames.Storage, provider), HttpPipelinePosition.PerCall);
        return storage.ConnectionString is { Length: > 0 } connection
            ? new TableServiceClient(connection, options)
            : new TableServiceClient(
                new Uri($"https://{storage.AccountName}.table.{storage.EndpointSuffix}"),
                provider.GetRequiredService<TokenCredential>(),
                options);
    }

    private static BlobServiceClient CreateBlobClient(IServiceProvider provider)
    {
        var storage = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
        var options = CreateBlobClientOptions();
        options.AddPolicy(DependencyPolicy.For(DependencyNames.Storage, provider), HttpPipelinePosition.PerCall);
        return storage.ConnectionString is { Length: > 0 } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(
                new Uri($"https://{storage.AccountName}.blob.{storage.EndpointSuffix}"),
                provider.GetRequiredService<TokenCredential>(),
                options);
    }

    private static BlobContainerClient GetContainer(IServiceProvider provider, string name)
    {
        var prefix = provider.GetRequiredService<IOptions<StorageOptions>>().Value.TablePrefix.ToLowerInvariant();
        return provider.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(prefix.Length == 0 ? name : $"{prefix}-{name}");
    }

    private static Table GetTable(IServiceProvider provider, string name)
    {
        var prefix = provider.GetRequiredService<IOptions<StorageOptions>>().Value.TablePrefix;
        var client = provider.GetRequiredService<TableServiceClient>().GetTableClient(prefix + name);
        return new Table(client, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Table>>());
    }
}
