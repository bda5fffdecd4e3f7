using Azure.Storage.Blobs;
using Gatehouse.Revocation;
using Gatehouse.Storage.Blobs;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class BlobRevocationStoreTests : RevocationStoreContract, IAsyncLifetime
{
    private const int RecordsPerBlob = 100;

    private BlobContainerClient _container = null!;

    private protected override IRevocationStore Store => CreateStore();

    public async ValueTask InitializeAsync()
    {
        var service = new BlobServiceClient((await Azurite.GetAsync()).ConnectionString, TableStorageServiceCollectionExtensions.CreateBlobClientOptions());
        _container = service.GetBlobContainerClient(Azurite.CreatePrefix());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RemoveExpired_RemovesFullBlobsWhoseEntriesHaveAllEnded()
    {
        await AppendAsync("ended", RecordsPerBlob, Samples.Now.AddSeconds(1));
        await AppendAsync("living", 1, Samples.Now.AddMinutes(11));
        await AppendAsync("between", RecordsPerBlob, Samples.Now.AddSeconds(1));

        var removed = await Store.RemoveExpiredAsync(Samples.Now.AddSeconds(10), 500, Cancellation);

        Assert.Equal(RecordsPerBlob, removed);
        var (ids, _) = await ReadToTheEndAsync(null);
        Assert.Equal("living", ids[0]);
        Assert.Equal(RecordsPerBlob + 1, ids.Count);
    }

    [Fact]
    public async Task ReaderAndWriter_IdleWhileEverythingExpired_GoOnWithTheNewestBlob()
    {
        var idleWriter = CreateStore();
        await idleWriter.AppendAsync(Entry("first"), Cancellation);
        var (_, cursor) = await ReadToTheEndAsync(null);
        await AppendAsync("ended", 3 * RecordsPerBlob, Samples.Now);
        await Store.RemoveExpiredAsync(Samples.Now.AddMinutes(12), 10_000, Cancellation);

        await idleWriter.AppendAsync(Entry("last"), Cancellation);

        Assert.Contains("last", (await ReadToTheEndAsync(cursor)).Ids);
    }

    [Fact]
    public async Task Clean_FeedWhoseEntriesHaveAllEnded_NeverRestartsItsNumbers()
    {
        await AppendAsync("ended", RecordsPerBlob, Samples.Now);
        var (_, cursor) = await ReadToTheEndAsync(null);

        await Store.RemoveExpiredAsync(Samples.Now.AddMinutes(12), 10_000, Cancellation);
        await CreateStore().AppendAsync(Entry("new"), Cancellation);

        Assert.Equal(["new"], (await ReadToTheEndAsync(cursor)).Ids);
    }

    [Fact]
    public async Task Read_AnotherStorageInTheSamePlace_StartsOver()
    {
        await AppendAsync("before", 5, Samples.Now.AddMinutes(11));
        var (_, cursor) = await ReadToTheEndAsync(null);
        await _container.DeleteAsync(cancellationToken: Cancellation);

        await CreateStore().AppendAsync(Entry("after"), Cancellation);

        Assert.Equal(["after"], (await ReadToTheEndAsync(cursor)).Ids);
    }

    // A store for each call is an instance that starts.
    private BlobRevocationStore CreateStore() => new(_container, TimeProvider.System, RecordsPerBlob);

    private async Task AppendAsync(string name, int count, DateTimeOffset expiresAt)
    {
        var store = CreateStore();
        await Parallel.ForAsync(0, count, Cancellation, async (number, cancellationToken) =>
            await store.AppendAsync(Entry(count == 1 ? name : $"{name} {number}") with { ExpiresAt = expiresAt }, cancellationToken));
    }
}
