using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.KeyTool;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.KeyTool;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Users;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>Backups of the tables, made and restored by the tool.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly string _prefix = Azurite.CreatePrefix();
    private readonly string _restoredPrefix = Azurite.CreatePrefix();
    private readonly string _container = Azurite.CreatePrefix();
    private string _connection = "";
    private TableStores _stores = null!;
    private TableStores _restored = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = (await Azurite.GetAsync()).ConnectionString;
        _stores = new TableStores(_connection, _prefix, _time);
        _restored = new TableStores(_connection, _restoredPrefix, _time);
        await new BlobServiceClient(_connection).CreateBlobContainerAsync(_container, cancellationToken: Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Restore_BringsBackEverythingOlderThanTheLastBackup_AndItsIndexes()
    {
        var ada = await _stores.Users.TryAddAsync(Samples.User() with { Roles = ["admin"], Email = new EmailAddress("ada@example.com"), IsEmailVerified = true }, Cancellation);
        var family = Samples.Family() with { Subject = ada!.Id };
        await _stores.Families.AddAsync(family, Cancellation);
        await _stores.Clients.TryAddAsync(Samples.Client(), Cancellation);
        await _stores.Clients.SetLastUseAsync(Samples.Client().Id, Samples.Now, Cancellation);
        await _stores.Products.AddAsync(Samples.Product(), Cancellation);
        await DoAsync($"back-up --prefix {_prefix}");
        await _stores.Users.TryAddAsync(Samples.User("eve"), Cancellation);

        await DoAsync($"restore --prefix {_restoredPrefix}");

        var found = await _restored.Users.FindByIdAsync(ada.Id, Cancellation);
        Assert.Equivalent(ada with { Version = found!.Version }, found);
        Assert.Equal([ada.Id], (await _restored.Users.ListAsync(new UserQuery(10, After: null, Prefix: ""), Cancellation)).Items.Select(static user => user.Id));
        Assert.True(await _restored.Users.HasEnabledUserAsync(["admin"], exceptId: null, Cancellation));
        Assert.Equal(ada.Id, (await _restored.Users.FindByEmailAsync(ada.VerifiedEmail!.Value, Cancellation))?.Id);
        var session = await _restored.Families.FindAsync(family.Id, Cancellation);
        Assert.Equivalent(family with { Version = session!.Version }, session);
        Assert.Equal([family.Id], await _restored.Families.ListAsync(ada.Id, 10, Cancellation));
        Assert.Equal(Samples.Now, await _restored.Clients.FindLastUseAsync(Samples.Client().Id, Cancellation));
        Assert.Equal(Samples.Client().ToContent(), (await _restored.Clients.FindAsync(Samples.Client().Id, Cancellation))!.ToContent());
        Assert.Single((await _restored.Products.ListAsync(new(10, After: null, Samples.Product().Category, Search: null), Cancellation)).Items);
        Assert.Equal(1, await _restored.Families.RemoveExpiredAsync(Samples.Now.AddDays(60), 10, Cancellation));
    }

    [Fact]
    public async Task BackUp_WhileUsersComeAndGo_RestoresEachUserWhole()
    {
        var writing = Parallel.ForAsync(0, 200, Cancellation, async (number, cancellationToken) =>
        {
            var user = await _stores.Users.TryAddAsync(Samples.User($"user {number}") with { Roles = ["admin"] }, cancellationToken);
            if (number % 2 == 1)
            {
                await _stores.Users.TryRemoveAsync(user!, cancellationToken);
            }
        });
        await DoAsync($"back-up --prefix {_prefix}");
        await writing;

        var kept = await DoAsync($"restore --prefix {_restoredPrefix}");

        var users = (await _restored.Users.ListAsync(new UserQuery(1000, After: null, Prefix: ""), Cancellation)).Items;
        Assert.Contains($"Users {users.Count}", kept, StringComparison.Ordinal);
        var marks = new TableServiceClient(_connection).GetTableClient($"{_restoredPrefix}Users").Query<TableEntity>($"PartitionKey eq 'role-{TableKey.Of("admin")}'", cancellationToken: Cancellation);
        Assert.Equal(users.Select(static user => user.Id).Order(), marks.Select(static mark => mark.RowKey).Order());
    }

    [Fact]
    public async Task Restore_IntoTablesWithData_IsRefused_UnlessItContinues()
    {
        await _stores.Users.TryAddAsync(Samples.User(), Cancellation);
        await DoAsync($"back-up --prefix {_prefix}");

        var refused = await RunAsync($"restore --prefix {_prefix}");

        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains("is not empty", refused.Errors, StringComparison.Ordinal);
        await DoAsync($"restore --continue --prefix {_prefix}");
    }

    [Fact]
    public async Task Restore_SkipsABackupWithoutAManifest_AndRefusesADamagedOne()
    {
        await _stores.Users.TryAddAsync(Samples.User(), Cancellation);
        await DoAsync($"back-up --prefix {_prefix}");
        var whole = (await DoAsync("backups", storage: false)).Split(' ')[0];
        _time.Advance(TimeSpan.FromHours(1));
        await DoAsync($"back-up --prefix {_prefix}");
        var container = new BlobServiceClient(_connection).GetBlobContainerClient(_container);
        var newest = (await DoAsync("backups", storage: false)).Split(' ')[0];

        await container.DeleteBlobAsync($"{newest}/manifest.json", cancellationToken: Cancellation);
        Assert.StartsWith(whole, await DoAsync($"restore --prefix {_restoredPrefix}"), StringComparison.Ordinal);

        await container.GetBlobClient($"{whole}/Users.jsonl.gz").UploadAsync(BinaryData.Empty, overwrite: true, Cancellation);
        var damaged = await RunAsync($"restore --name {whole} --prefix {Azurite.CreatePrefix()}");
        Assert.Equal(ExitCode.Failed, damaged.ExitCode);
        Assert.Contains("Users has 0 entities instead of 1", damaged.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no complete backup", (await RunAsync($"restore --name {newest} --prefix {Azurite.CreatePrefix()}")).Errors, StringComparison.Ordinal);
    }

    private async Task<string> DoAsync(string command, bool storage = true)
    {
        var result = await RunAsync(command, storage);
        Assert.True(result.ExitCode == ExitCode.Ok, result.Errors);
        return result.Output;
    }

    private Task<ToolResult> RunAsync(string command, bool storage = true) =>
        new Tool(_time, null, "", ["--backups", _connection, "--container", _container, .. storage ? ["--storage", _connection] : Array.Empty<string>()]).RunAsync(command);
}
