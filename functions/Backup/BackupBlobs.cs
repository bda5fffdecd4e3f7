using System.Text.Json;
using Azure.Storage.Blobs;
using Gatehouse.Storage.Tables;

namespace Gatehouse.Backup;

/// <summary>The blobs of backups: their paths, and the list of those that are complete.</summary>
internal static class BackupBlobs
{
    private const string Manifest = "/manifest.json";

    /// <summary>The blob of a table.</summary>
    public static string Of(string backup, IBackedUpTable table) => $"{backup}/{table.Name}.jsonl.gz";

    /// <summary>The blob that completes a backup.</summary>
    public static string ManifestOf(string backup) => backup + Manifest;

    /// <summary>The complete backups, the newest first.</summary>
    public static async Task<IReadOnlyList<BackupManifest>> ListAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        var manifests = new List<BackupManifest>();
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (blob.Name.EndsWith(Manifest, StringComparison.Ordinal))
            {
                var content = await container.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken);
                manifests.Add(JsonSerializer.Deserialize(content.Value.Content, BackupJsonContext.Default.BackupManifest)
                    ?? throw new BackupException($"The manifest {blob.Name} is null. It was changed by hand."));
            }
        }

        return [.. manifests.OrderByDescending(static manifest => manifest.BeganAt)];
    }
}
