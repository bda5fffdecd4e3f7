using System.Text.Json;
using Gatehouse.Storage;
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
        var client = Samples.Client() with
        {
            RequiresProof = true,
            AccessTokenLifetime = TimeSpan.FromMinutes(5),
            Jwks = JsonElement.Parse("""{"keys":[{"kty":"EC","x":"\"ž"}]}"""),
            JwksUri = new Uri("https://importer.example/keys"),
            Federated = new StoredFederatedIdentity
            {
                Issuer = "https://issuer.example",
                JwksUri = new Uri("https://issuer.example/keys"),
                Subject = "workload",
                Audience = "api",
                Claims = new Dictionary<string, string> { ["kubernetes.io"] = "馬" },
                Reusable = true,
                MaxLifetime = TimeSpan.FromHours(25),
            },
        };

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

    [Fact]
    public async Task List_ComesInPages_WithTheLastUses()
    {
        await Store.TryAddAsync(Samples.Client("unused"), Cancellation);
        foreach (var id in new[] { "a", "b", "c", "B" })
        {
            await Store.TryAddAsync(Samples.Client(id), Cancellation);
            await Store.SetLastUseAsync(id, Samples.Now.AddMinutes(id[0]), Cancellation);
        }

        var seen = new List<StoredClient>();
        for (Page<StoredClient>? page = null; page is not { Next: null };)
        {
            page = await Store.ListAsync(page?.Next, 2, Cancellation);
            Assert.InRange(page.Items.Count, 1, 2);
            seen.AddRange(page.Items);
        }

        Assert.Equal(["B", "a", "b", "c", "unused"], seen.Select(static client => client.Id).Order(StringComparer.Ordinal));
        foreach (var client in seen)
        {
            var found = await Store.FindAsync(client.Id, Cancellation);
            AssertSame(found!, client);
            Assert.Equal(found!.Version, client.Version);
            Assert.Equal(client.Id == "unused" ? null : Samples.Now.AddMinutes(client.Id[0]), client.LastUsedAt);
        }
    }

    [Fact]
    public async Task List_FullLastPage_HasNoNext()
    {
        Assert.Empty((await Store.ListAsync(null, 2, Cancellation)).Items);
        await Store.TryAddAsync(Samples.Client("a"), Cancellation);
        await Store.TryAddAsync(Samples.Client("b"), Cancellation);

        Assert.Null((await Store.ListAsync(null, 2, Cancellation)).Next);
        Assert.NotNull((await Store.ListAsync(null, 1, Cancellation)).Next);
    }

    [Fact]
    public async Task LastUse_LeavesTheVersion_AndGoesWithTheClient()
    {
        var added = await Store.TryAddAsync(Samples.Client(), Cancellation);
        Assert.Null(await Store.FindLastUseAsync(added!.Id, Cancellation));

        await Store.SetLastUseAsync(added.Id, Samples.Now, Cancellation);
        await Store.SetLastUseAsync(added.Id, Samples.Now.AddTicks(1), Cancellation);

        Assert.Equal(Samples.Now.AddTicks(1), await Store.FindLastUseAsync(added.Id, Cancellation));
        var changed = await Store.TryReplaceAsync(added with { RequiresProof = true }, Cancellation);
        Assert.Equal(Samples.Now.AddTicks(1), await Store.FindLastUseAsync(added.Id, Cancellation));
        Assert.True(await Store.TryRemoveAsync(changed!, Cancellation));
        Assert.Null(await Store.FindLastUseAsync(added.Id, Cancellation));
    }

    // The lists of records are compared by reference.
    private static void AssertSame(StoredClient expected, StoredClient? actual) => Assert.Equal(expected.ToContent(), actual?.ToContent());

    private static Task<T[]> RunConcurrentlyAsync<T>(Func<int, Task<T>> run) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => run(i))));
}
