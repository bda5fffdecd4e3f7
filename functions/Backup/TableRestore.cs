using System.IO.Compression;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Gatehouse.Storage.Tables;

namespace Gatehouse.Backup;

/// <summary>Puts a backup into tables that hold nothing yet.</summary>
/// <param name="tables">The storage of the app.</param>
/// <param name="prefix">The prefix of its tables.</param>
/// <param name="contents">What to restore.</param>
/// <param name="container">The place of the backups.</param>
internal sealed class TableRestore(TableServiceClient tables, string prefix, IReadOnlyList<IBackedUpTable> contents, BlobContainerClient container)
{
    private const int WrittenAtOnce = 32;

    /// <summary>Restores a backup.</summary>
    /// <param name="name">Its name; null for the newest.</param>
    /// <param name="isContinued">Whether an interrupted restore goes on, so that the tables may hold data.</param>
    /// <param name="cancellationToken">Ends the restore, which then can be continued.</param>
    /// <exception cref="BackupException">There is no such backup, it is damaged, or the tables are not empty.</exception>
    public async Task<BackupManifest> RestoreAsync(string? name, bool isContinued, CancellationToken cancellationToken)
    {
        var backups = await BackupBlobs.ListAsync(container, cancellationToken);
        var manifest = backups.FirstOrDefault(backup => name is null || backup.Name == name)
            ?? throw new BackupException(name is null ? "There is no complete backup." : $"There is no complete backup {name}.");
        foreach (var table in contents)
        {
            if (!isContinued && await HasEntitiesAsync(table, cancellationToken))
            {
                throw new BackupException($"The table {prefix}{table.Name} is not empty. Restore into another storage account or under another prefix (Storage:TablePrefix). To go on with an interrupted restore, use --continue.");
            }
        }

        foreach (var table in contents)
        {
            await RestoreAsync(manifest, table, cancellationToken);
        }

        return manifest;
    }

    private async Task RestoreAsync(BackupManifest manifest, IBackedUpTable table, CancellationToken cancellationToken)
    {
        var count = 0L;
        var limit = new ParallelOptions { MaxDegreeOfParallelism = WrittenAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ReadAsync(BackupBlobs.Of(manifest.Name, table), cancellationToken), limit, async (entity, limited) =>
        {
            await table.RestoreAsync(entity, limited);
            Interlocked.Increment(ref count);
        });
        var expected = manifest.Entities.GetValueOrDefault(table.Name);
        if (count != expected)
        {
            throw new BackupException($"The backup {manifest.Name} is damaged: {table.Name} has {count} entities instead of {expected}. Restore an older one.");
        }
    }

    private async IAsyncEnumerable<TableEntity> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var zipped = new GZipStream(await container.GetBlobClient(path).OpenReadAsync(cancellationToken: cancellationToken), CompressionMode.Decompress);
        using var lines = new StreamReader(zipped);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return EntityJson.Read(line);
        }
    }

    private async Task<bool> HasEntitiesAsync(IBackedUpTable table, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var page in tables.GetTableClient(prefix + table.Name).QueryAsync<TableEntity>(table.Filter, 1, cancellationToken: cancellationToken).AsPages())
            {
                // The storage may answer with an empty page and have more.
                if (page.Values.Count > 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            return false;
        }
    }
}
