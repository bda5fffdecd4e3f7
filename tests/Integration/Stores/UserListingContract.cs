using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IUserStore"/> must do when it lists users, or finds one by its id.</summary>
public abstract class UserListingContract
{
    private protected abstract IUserStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_NoUsers_IsAnEmptyPage()
    {
        await Store.WriteForNobodyAsync(Cancellation);

        var page = await Store.ListAsync(new UserQuery(10, After: null, Prefix: ""), Cancellation);

        Assert.Empty(page.Items);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task List_PageByPage_HasEveryUserOnceInTheOrderOfNames(int pageSize)
    {
        string[] names = ["Ada", "ada b", "ada@example.com", "bob", "o'brien", "Zoë", "žluť", "馬🐎"];
        foreach (var name in names.Reverse())
        {
            await Store.TryAddAsync(Samples.User(name), Cancellation);
        }

        Assert.Equal(names, await ListAsync("", pageSize));
    }

    [Theory]
    [InlineData("ada", "Ada,ada/2,ada@example.com")]
    [InlineData("ada@", "ada@example.com")]
    [InlineData("a", "Ada,acid,ada/2,ada@example.com")]
    [InlineData("ad%", "")]
    [InlineData("馬", "馬🐎")]
    [InlineData("adam", "")]
    [InlineData("bob", "bob")]
    public async Task List_Prefix_HasTheUsersWhoseNamesBeginWithIt(string prefix, string expected)
    {
        foreach (var name in (string[])["Ada", "ada@example.com", "ada/2", "acid", "bob", "馬🐎", "nada"])
        {
            await Store.TryAddAsync(Samples.User(name), Cancellation);
        }

        Assert.Equal(expected, string.Join(',', (await ListAsync(prefix, pageSize: 2)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task List_LongestNamesWithOneBeginning_HasEachOnce()
    {
        var names = Enumerable.Range(0, 3).Select(static number => new string('ﬁ', UserName.MaxLength / 2 - 1) + number).ToArray();
        foreach (var name in names)
        {
            await Store.TryAddAsync(Samples.User(name), Cancellation);
        }

        Assert.Equal(names, (await ListAsync("fi", pageSize: 1)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RemovedUser_IsNeitherListedNorFound_AndTheNextOfItsNameIs()
    {
        var ada = await Store.TryAddAsync(Samples.User("ada"), Cancellation);
        await Store.TryRemoveAsync(ada!, Cancellation);
        Assert.Empty(await ListAsync("", pageSize: 10));
        Assert.Null(await Store.FindByIdAsync(ada!.Id, Cancellation));

        var next = await Store.TryAddAsync(Samples.User("ada"), Cancellation);

        Assert.Equal(["ada"], await ListAsync("", pageSize: 10));
        Assert.Equal(next!.Version, (await Store.FindByIdAsync(next.Id, Cancellation))?.Version);
    }

    [Fact]
    public async Task TakenName_LeavesTheFirstListed()
    {
        var first = await Store.TryAddAsync(Samples.User("ada"), Cancellation);
        var second = Samples.User("ADA");

        Assert.Null(await Store.TryAddAsync(second, Cancellation));

        Assert.Equal(["ada"], await ListAsync("", pageSize: 10));
        Assert.Equal(first!.Id, (await Store.FindByIdAsync(first.Id, Cancellation))?.Id);
        Assert.Null(await Store.FindByIdAsync(second.Id, Cancellation));
    }

    [Fact]
    public async Task FindById_IsTheUserAsItWasWrittenLast()
    {
        var added = await Store.TryAddAsync(Samples.User("ada"), Cancellation);
        await Store.TryAddAsync(Samples.User("grace"), Cancellation);
        var replaced = await Store.TryReplaceAsync(added! with { IsEnabled = false }, Cancellation);

        var found = await Store.FindByIdAsync(added!.Id, Cancellation);

        Assert.Equal((added.Name, false, replaced!.Version), (found!.Name, found.IsEnabled, found.Version));
        Assert.Null(await Store.FindByIdAsync("0123456789abcdef0123456789abcdef", Cancellation));
    }

    private async Task<List<string>> ListAsync(string prefix, int pageSize)
    {
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await Store.ListAsync(new UserQuery(pageSize, after, prefix), Cancellation);
            Assert.InRange(page.Items.Count, 0, pageSize);
            names.AddRange(page.Items.Select(static user => user.Name.Value));
            after = page.Next;
        }
        while (after is not null);

        return names;
    }
}
