using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Gatehouse.Storage.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Backup;

internal static class BackupServiceCollectionExtensions
{
    /// <summary>Adds the hourly backup of the tables, if section <c>Backup</c> names a storage for it.</summary>
    public static IServiceCollection AddBackup(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(BackupOptions.Section);
        services.AddOptions<BackupOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>();
        if (section[nameof(BackupOptions.AccountName)] is { Length: > 0 } || section[nameof(BackupOptions.ConnectionString)] is { Length: > 0 })
        {
            services.AddSingleton(Create);
        }

        return services;
    }

    private static TableBackup Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<BackupOptions>>().Value;
        var storage = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();

        // The identity of the app has no rights on the backups, and that of the backups reads tables only.
        var credential = options.ClientId is { Length: > 0 } id
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id))
            : provider.GetRequiredService<TokenCredential>();

        // No request waits, so the clients retry as patiently as they do by default.
        var tables = storage.ConnectionString is { Length: > 0 } connection
            ? new TableServiceClient(connection)
            : new TableServiceClient(new Uri($"https://{storage.AccountName}.table.{storage.EndpointSuffix}"), credential);
        var blobs = options.ConnectionString is { Length: > 0 } backups
            ? new BlobServiceClient(backups)
            : new BlobServiceClient(new Uri($"https://{options.AccountName}.blob.{storage.EndpointSuffix}"), credential);
        return new TableBackup(
            tables,
            storage.TablePrefix,
            TableStorageServiceCollectionExtensions.CreateBackedUpTables(tables, storage.TablePrefix, time, provider.GetRequiredService<ILogger<Table>>()),
            blobs.GetBlobContainerClient(options.Container),
            time);
    }
}
