using Gatehouse.Tokens.Clients;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IClientStore"/> must do.</summary>
public abstract class ClientStoreContract
{
    private const int Writers = 16;

    private protected abstract IClientStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_UnknownId_IsNull() => Assert.Null(await Store.FindAsync("nobody", Cancellation));

    [Fact]
    public async Task Add_EveryField_ComesBack()
    {
        var client = Samples.Client() with { RequiresProof = true };

        var added = await Store.TryAddAsync(client, Cancellation);

        Assert.NotNull(added?.Version);
        AssertSame(client, added);
        var found = await Store.FindAsync(client.Id, Cancellation);
        AssertSame(client, found);
        Assert.Equal(added.Version, found!.Version);
    }

    [Fact]
    public async Task Add_NoSecrets_ComesBackWithoutAny()
    {
        await Store.TryAddAsync(Samples.Client() with { Secrets = [] }, Cancellation);

        Assert.Empty((await Store.FindAsync(Samples.Client().Id, Cancellation))!.Secrets);
    }

    [Fact]
    public async Task Find_IdInAnotherCase_FindsNothing()
    {
        await Store.TryAddAsync(Samples.Client("Importer"), Cancellation);

        Assert.Null(await Store.FindAsync("importer", Cancellation));
    }

    [Fact]
    public async Task Add_TakenId_IsNullAndChangesNothing()
    {
        var first = await Store.TryAddAsync(Samples.Client(), Cancellation);

        Assert.Null(await Store.TryAddAsync(Samples.Client() with { RequiresProof = true }, Cancellation));
        AssertSame(first!, await Store.FindAsync(first!.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_CurrentVersion_ChangesEveryField()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);
        var changed = added! with { Scopes = ["users:read"], RequiresProof = true, Secrets = [], TokensRevokedAt = Samples.Now.AddDays(1) };

        var replaced = await Store.TryReplaceAsync(changed, Cancellation);

        AssertSame(changed, replaced);
        Assert.NotEqual(added.Version, replaced!.Version);
        AssertSame(changed, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_StaleVersion_IsNullAndChangesNothing()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);
        var current = await Store.TryReplaceAsync(added! with { RequiresProof = true }, Cancellation);

        Assert.Null(await Store.TryReplaceAsync(added with { Secrets = [] }, Cancellation));
        AssertSame(current!, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_RemovedAndAddedAgain_DoesNotFitTheOldVersion()
    {
        var first = await Store.TryAddAsync(Samples.Client(), Cancellation);
        Assert.True(await Store.TryRemoveAsync(first!, Cancellation));
        Assert.Null(await Store.TryReplaceAsync(first!, Cancellation));
        var second = await Store.TryAddAsync(Samples.Client(), Cancellation);

        Assert.Null(await Store.TryReplaceAsync(first!, Cancellation));
        Assert.False(await Store.TryRemoveAsync(first!, Cancellation));
        AssertSame(second!, await Store.FindAsync(first!.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);

        var replaced = await RunConcurrentlyAsync(i => Store.TryReplaceAsync(added! with { Scopes = [$"writer:{i}"] }, Cancellation));

        var winner = Assert.Single(replaced, static client => client is not null);
        AssertSame(winner!, await Store.FindAsync(added!.Id, Cancellation));
    }

    [Fact]
    public async Task Remove_StaleVersion_IsFalseAndLeavesTheClient()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);
        await Store.TryReplaceAsync(added! with { RequiresProof = true }, Cancellation);

        Assert.False(await Store.TryRemoveAsync(added!, Cancellation));
        Assert.NotNull(await Store.FindAsync(added!.Id, Cancellation));
    }

    [Fact]
    public async Task Remove_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);

        var removed = await RunConcurrentlyAsync(_ => Store.TryRemoveAsync(added!, Cancellation));

        Assert.Single(removed, static isRemoved => isRemoved);
        Assert.Null(await Store.FindAsync(added!.Id, Cancellation));
    }

    // The lists of records are compared by reference.
    private static void AssertSame(StoredClient expected, StoredClient? actual) => Assert.Equal(expected.ToContent(), actual?.ToContent());

    private static Task<T[]> RunConcurrentlyAsync<T>(Func<int, Task<T>> run) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => run(i))));
}
