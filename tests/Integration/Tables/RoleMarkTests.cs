using Azure.Data.Tables;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>The marks beside the users: each that stays is read by the first sign-in of every instance.</summary>
public sealed class RoleMarkTests : IAsyncLifetime
{
    private static readonly User Ada = Samples.User() with { Roles = ["admin"] };

    // The marks are dated by the storage.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TableClient _client = null!;
    private TableUserStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var azurite = await Azurite.GetAsync();
        _client = new TableServiceClient(azurite.ConnectionString, TableStorageServiceCollectionExtensions.CreateClientOptions()).GetTableClient(Azurite.CreatePrefix());
        _store = new TableUserStore(new Table(_client, _time, NullLogger<Table>.Instance), _time);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Add_TakenName_LeavesNoMark()
    {
        await _store.TryAddAsync(Ada, Cancellation);

        Assert.Null(await _store.TryAddAsync(Ada with { Id = "another", Roles = ["admin", "editor"] }, Cancellation));

        Assert.Equal([Ada.Id], await ReadMarksAsync());
    }

    [Fact]
    public async Task Remove_TakesTheMarksAlong()
    {
        var added = await _store.TryAddAsync(Ada with { Roles = ["admin", "editor"] }, Cancellation);
        Assert.Equal(2, (await ReadMarksAsync()).Count);

        await _store.TryRemoveAsync(added!, Cancellation);

        Assert.Empty(await ReadMarksAsync());
    }

    [Fact]
    public async Task HasEnabledUser_RemovesMarksOfUsersThatAreGone_OnceNoRequestCanStillBeAddingThem()
    {
        await _store.TryAddAsync(Ada with { IsEnabled = false }, Cancellation);
        await MarkAsync("gone", Samples.Name("grace"));
        await MarkAsync("former", Ada.Name);

        Assert.False(await HasAdminAsync(exceptId: null));
        Assert.Equal(3, (await ReadMarksAsync()).Count);

        _time.Advance(TimeSpan.FromHours(2));
        Assert.False(await HasAdminAsync(exceptId: null));
        Assert.Equal([Ada.Id], await ReadMarksAsync());
    }

    [Fact]
    public async Task HasEnabledUser_MarkOfAFormerOwnerOfTheName_DoesNotCountForTheNewOne()
    {
        await _store.TryAddAsync(Ada, Cancellation);
        await MarkAsync("former", Ada.Name);

        Assert.False(await HasAdminAsync(exceptId: Ada.Id));
        Assert.True(await HasAdminAsync(exceptId: null));
    }

    private Task<bool> HasAdminAsync(string? exceptId) => _store.HasEnabledUserAsync(["admin"], exceptId, Cancellation);

    private async Task MarkAsync(string id, UserName name) =>
        await _client.AddEntityAsync(new TableEntity($"role-{TableKey.Of("admin")}", id) { ["NameKey"] = TableKey.Of(name.Key) }, Cancellation);

    private async Task<List<string>> ReadMarksAsync() =>
        await _client.QueryAsync<TableEntity>("PartitionKey gt 'role-'", cancellationToken: Cancellation).Select(static mark => mark.RowKey).ToListAsync(Cancellation);
}
