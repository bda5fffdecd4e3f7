using Azure.Data.Tables;
using Gatehouse.Storage;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableUserListingTests : UserListingContract, IAsyncLifetime
{
    private const string IndexRows = "PartitionKey eq 'index' and RowKey ne 'progress'";

    // The rows of the index are dated by the storage.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private StorageProxy _proxy = null!;
    private TableClient _client = null!;
    private TableUserStore _store = null!;

    private protected override IUserStore Store => _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var azurite = await Azurite.GetAsync();
        _proxy = await StorageProxy.StartAsync(azurite);
        _client = new TableServiceClient(azurite.ConnectionStringAt(_proxy.Uri), TableStorageServiceCollectionExtensions.CreateClientOptions()).GetTableClient(Azurite.CreatePrefix());
        _store = CreateStore();
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task List_CostsOneQueryAndAReadForEachUserOfThePage()
    {
        await AddAsync(12);
        await ListAsync(_store);
        var before = _proxy.Requests;

        await _store.ListAsync(new UserQuery(5, After: null, Prefix: ""), Cancellation);

        Assert.Equal(1 + 5, _proxy.Requests - before);
    }

    [Fact]
    public async Task UsersOfAVersionWithoutTheIndex_AreListedAndFound()
    {
        var users = await AddAsync(60);
        await foreach (var row in _client.QueryAsync<TableEntity>("PartitionKey eq 'index'", cancellationToken: Cancellation))
        {
            await _client.DeleteEntityAsync(row, cancellationToken: Cancellation);
        }

        Assert.Equal(users[7].Name, (await CreateStore().FindByIdAsync(users[7].Id, Cancellation))!.Name);
        Assert.Equal(users.Length, (await ListAsync(CreateStore())).Count);
    }

    [Fact]
    public async Task InterruptedFirstListing_IsFinishedByTheNext()
    {
        var users = await AddAsync(3);
        await foreach (var row in _client.QueryAsync<TableEntity>("PartitionKey eq 'index'", cancellationToken: Cancellation))
        {
            await _client.DeleteEntityAsync(row, cancellationToken: Cancellation);
        }

        var store = CreateStore();
        _proxy.Fail(StorageFault.ResetBefore, static number => number >= 2);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => ListAsync(store));
        _proxy.Intercept = null;

        Assert.Equal(users.Length, (await ListAsync(store)).Count);
    }

    [Fact]
    public async Task RowsOfUsersWhoWereNeverAdded_AreSkipped_AndRemovedOnceNoRequestCanStillBeAddingThem()
    {
        await ListAsync(_store);
        var ada = (await AddAsync(1))[0];
        await _client.DeleteEntityAsync(TableKey.Of(ada.Name.Key), "user", cancellationToken: Cancellation);
        Assert.Empty(await ListAsync(_store));
        Assert.Equal(2, await CountRowsAsync());

        _time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await ListAsync(_store));
        Assert.Equal(1, await CountRowsAsync());
    }

    [Fact]
    public async Task RemovedUser_LeavesNoRow()
    {
        var ada = (await AddAsync(1))[0];
        Assert.Null(await _store.TryAddAsync(Samples.User(ada.Name.Value), Cancellation));

        await _store.TryRemoveAsync(ada, Cancellation);

        Assert.Equal(0, await CountRowsAsync());
    }

    private TableUserStore CreateStore() => new(new Table(_client, _time, NullLogger<Table>.Instance), _time);

    private async Task<User[]> AddAsync(int count)
    {
        var users = new List<User>();
        foreach (var number in Enumerable.Range(0, count))
        {
            users.Add((await _store.TryAddAsync(Samples.User($"user-{number}") with { Roles = [] }, Cancellation))!);
        }

        return [.. users];
    }

    private static async Task<IReadOnlyList<User>> ListAsync(TableUserStore store) => (await store.ListAsync(new UserQuery(100, After: null, Prefix: ""), Cancellation)).Items;

    private async Task<int> CountRowsAsync() => await _client.QueryAsync<TableEntity>(IndexRows, cancellationToken: Cancellation).CountAsync(Cancellation);
}
