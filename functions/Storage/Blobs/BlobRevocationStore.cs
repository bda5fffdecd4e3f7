using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Gatehouse.Revocation;

namespace Gatehouse.Storage.Blobs;

/// <summary>
/// Stores the revocation feed in append blobs with ascending numbers. The storage appends one record after the other, so
/// a reader goes on exactly where it stopped: no clock and no order of writers matters. A full blob stays full, because
/// all records have one length; only then readers and writers go on with the next.
/// </summary>
internal sealed class BlobRevocationStore(BlobContainerClient container, TimeProvider time, int recordsPerBlob = BlobRevocationStore.RecordsPerBlob) : IRevocationStore
{
    /// <summary>
    /// The number of records in a full blob: 1 MiB. It tells readers when to go on with the next blob, so all instances
    /// must agree on it, old and new ones. A blob takes at most 50 000 appends.
    /// </summary>
    public const int RecordsPerBlob = 4096;

    private readonly StorageCall _call = new("Blob Storage", container.Name, "Storage Blob Data Contributor", time);
    private readonly long _fullLength = (long)recordsPerBlob * RevocationRecord.Length;

    // The blob of the last append; 0 before the first.
    private long _newest;

    public Task AppendAsync(RevocationEntry entry, CancellationToken cancellationToken) =>
        _call.AskAsync("append", async limited =>
        {
            var record = RevocationRecord.Write(entry);
            var number = Volatile.Read(ref _newest);
            while (number == 0 || !await TryAppendAsync(number, record, limited))
            {
                number = await FindOrCreateAfterAsync(number, limited);
            }

            Volatile.Write(ref _newest, number);
            return number;
        }, cancellationToken);

    public Task<RevocationPage> ReadAsync(string? cursor, CancellationToken cancellationToken) =>
        _call.AskAsync("read", async limited =>
        {
            var at = cursor is null ? new Position((await ListAsync(limited)).FirstOrDefault(1), 0) : Position.Parse(cursor);
            try
            {
                return await ReadAsync(at, limited);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidRange)
            {
                // The blob has no record yet, or another storage was put in the place of the one that was read.
                return new RevocationPage([], $"{at with { Offset = 0 }}", HasMore: at.Offset > 0);
            }
            catch (RequestFailedException exception) when (IsMissing(exception))
            {
                // Nobody has needed this blob yet, or all its entries have expired and it is removed.
                var next = (await ListAsync(limited)).FirstOrDefault(number => number > at.Number);
                return next == 0 ? new RevocationPage([], $"{at}", HasMore: false) : new RevocationPage([], $"{new Position(next, 0)}", HasMore: true);
            }
        }, cancellationToken);

    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _call.AskAsync("clean up", async limited =>
        {
            // The newest stays, or numbers would begin again, before the positions of readers.
            var removed = 0;
            foreach (var number in (await ListAsync(limited)).SkipLast(1).TakeWhile(_ => removed < limit))
            {
                var blob = GetBlob(number);
                try
                {
                    var entries = RevocationRecord.ReadAll((await blob.DownloadContentAsync(limited)).Value.Content);
                    if (entries.Any(entry => entry.ExpiresAt > now))
                    {
                        break;
                    }

                    await blob.DeleteAsync(cancellationToken: limited);
                    removed += entries.Length;
                }
                catch (RequestFailedException exception) when (IsMissing(exception))
                {
                    // Another instance is cleaning up too; leave the rest to it.
                    break;
                }
            }

            return removed;
        }, cancellationToken);

    private static bool IsMissing(RequestFailedException exception) =>
        exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound;

    private async Task<RevocationPage> ReadAsync(Position at, CancellationToken cancellationToken)
    {
        // From the last known record on, because a range that begins at the end is an error.
        var from = Math.Max(at.Offset - RevocationRecord.Length, 0);
        var answer = await GetBlob(at.Number).DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(from) }, cancellationToken);
        var entries = RevocationRecord.ReadAll(answer.Value.Content.ToMemory().Span[(int)(at.Offset - from)..]);
        var end = at.Offset + ((long)entries.Length * RevocationRecord.Length);
        return end >= _fullLength
            ? new RevocationPage(entries, $"{new Position(at.Number + 1, 0)}", HasMore: true)
            : new RevocationPage(entries, $"{at with { Offset = end }}", HasMore: false);
    }

    // False when the blob is full or missing.
    private async Task<bool> TryAppendAsync(long number, byte[] record, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new MemoryStream(record);
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfMaxSizeLessThanOrEqual = _fullLength } };
            await GetBlob(number).AppendBlockAsync(content, options, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.MaxBlobSizeConditionNotMet || IsMissing(exception))
        {
            return false;
        }
    }

    private async Task<long> FindOrCreateAfterAsync(long full, CancellationToken cancellationToken)
    {
        if (await ListAsync(cancellationToken) is [.., var newest] && newest > full)
        {
            return newest;
        }

        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        try
        {
            await GetBlob(full + 1).CreateAsync(new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Another instance was faster.
        }

        return full + 1;
    }

    private AppendBlobClient GetBlob(long number) => container.GetAppendBlobClient(number.ToString("D12", CultureInfo.InvariantCulture));

    // A fixed length, so that names sort by number.
    private async Task<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        try
        {
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
            {
                numbers.Add(long.Parse(blob.Name, NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing was revoked yet.
        }

        return numbers;
    }

    /// <summary>The end of what was read.</summary>
    private readonly record struct Position(long Number, long Offset)
    {
        public static Position Parse(string cursor)
        {
            var parts = cursor.Split(':');
            return new Position(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Offset}");
    }
}
