using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Gatehouse.Storage.Tables;

namespace Gatehouse.Backup;

/// <summary>
/// Copies the tables to blobs: one blob for each table, with a line for each entity, and at the end the manifest. Requests go
/// on writing meanwhile. An entity is copied as it is when it is read; an entity that another depends on is never missing,
/// because <see cref="IBackedUpTable"/> keeps only those that depend on none.
/// </summary>
/// <param name="tables">The storage of the app.</param>
/// <param name="prefix">The prefix of its tables.</param>
/// <param name="contents">What to copy.</param>
/// <param name="container">The place of the backups. It may refuse every change of a blob.</param>
/// <param name="time">The clock that names the backups.</param>
internal sealed class TableBackup(TableServiceClient tables, string prefix, IReadOnlyList<IBackedUpTable> contents, BlobContainerClient container, TimeProvider time)
{
    private const int PageSize = 1000;

    /// <summary>Makes a backup.</summary>
    public async Task<BackupManifest> WriteAsync(CancellationToken cancellationToken)
    {
        var beganAt = time.GetUtcNow();
        var name = beganAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture);
        var entities = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in contents)
        {
            entities[table.Name] = await CopyAsync(table, BackupBlobs.Of(name, table), cancellationToken);
        }

        var manifest = new BackupManifest(name, beganAt, time.GetUtcNow(), entities);
        await UploadAsync(BackupBlobs.ManifestOf(name), new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJsonContext.Default.BackupManifest)), cancellationToken);
        return manifest;
    }

    private async Task<long> CopyAsync(IBackedUpTable table, string path, CancellationToken cancellationToken)
    {
        // A file, and then one upload: an immutable blob can't be written bit by bit.
        await using var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        var count = 0L;
        await using (var zipped = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            await foreach (var entity in ReadAsync(table, cancellationToken))
            {
                await using (var json = new Utf8JsonWriter(zipped))
                {
                    EntityJson.Write(json, entity);
                }

                zipped.WriteByte((byte)'\n');
                count++;
            }
        }

        file.Position = 0;
        await UploadAsync(path, file, cancellationToken);
        return count;
    }

    private async IAsyncEnumerable<TableEntity> ReadAsync(IBackedUpTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = tables.GetTableClient(prefix + table.Name).QueryAsync<TableEntity>(table.Filter, PageSize, cancellationToken: cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages)
        {
            while (await MoveNextAsync(pages))
            {
                foreach (var entity in pages.Current.Values)
                {
                    yield return entity;
                }
            }
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<Page<TableEntity>> pages)
    {
        try
        {
            return await pages.MoveNextAsync();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            // Nothing was written to this table yet.
            return false;
        }
    }

    private async Task UploadAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(path);
        var once = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        await blob.UploadAsync(content, once, cancellationToken);
    }
}
