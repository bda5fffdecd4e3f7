using Gatehouse.Products;
using Gatehouse.Storage;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IProductStore"/> must do when it lists products.</summary>
public abstract class ProductListingContract
{
    private protected abstract IProductStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_NoProducts_IsAnEmptyPage()
    {
        var page = await ListAsync();

        Assert.Empty(page.Items);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task List_ThreeProducts_TellsWhetherMoreFollow(int pageSize, bool hasMore)
    {
        var products = await AddAsync(3);

        var page = await ListAsync(pageSize);

        Assert.Equal(products.Take(pageSize), page.Items);
        Assert.Equal(hasMore ? page.Items[^1].Id : null, page.Next);
    }

    [Fact]
    public async Task List_AddedInAnyOrder_IsInTheOrderOfIds()
    {
        foreach (var number in (int[])[5, 1, 4, 2, 3])
        {
            await Store.AddAsync(Samples.Product(number), Cancellation);
        }

        var ids = (await ListAsync()).Items.Select(static product => product.Id).ToArray();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task List_AfterAProductThatIsGone_GoesOnAtItsPlace()
    {
        var products = await AddAsync(4);
        await Store.TryRemoveAsync(products[1].Id, products[1].Version!, Cancellation);

        Assert.Equal(products[2..], (await ListAsync(after: products[1].Id)).Items);
    }

    [Fact]
    public async Task List_AfterTheLast_IsEmpty()
    {
        var products = await AddAsync(2);

        Assert.Empty((await ListAsync(after: products[1].Id)).Items);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Kitchen")]
    public async Task List_ChangesBetweenPages_SkipsAndRepeatsNothingThatStayed(string? category)
    {
        const int pageSize = 20;
        var products = await AddAsync(250);
        var removed = new HashSet<string>();
        var seen = new List<string>();
        Page<Product>? page = null;
        var round = 0;
        do
        {
            page = await ListAsync(pageSize, page?.Next, category);
            seen.AddRange(page.Items.Select(static product => product.Id));

            // One that was listed and one that was not go, and one comes before, between and after the others.
            foreach (var gone in (Product[])[products[round * 3], products[^((round * 3) + 1)]])
            {
                Assert.True(await Store.TryRemoveAsync(gone.Id, gone.Version!, Cancellation));
                removed.Add(gone.Id);
            }

            foreach (var number in (int[])[-1000 + round, (round * 40) + 1, 100_000 + round])
            {
                await Store.AddAsync(Samples.Product(number), Cancellation);
            }

            round++;
        }
        while (page.Next is not null && round < 40);

        Assert.Null(page.Next);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(products.Select(static product => product.Id).Where(id => !removed.Contains(id)).Except(seen));
    }

    [Fact]
    public async Task List_Category_IsExact()
    {
        foreach (var category in (string[])["Tea", "tea", "Tea ", "Teapots", "%", "Té"])
        {
            await Store.AddAsync(Samples.Product(category: category), Cancellation);
        }

        Assert.Equal("Tea", Assert.Single((await ListAsync(category: "Tea")).Items).Category);
        Assert.Equal("Té", Assert.Single((await ListAsync(category: "Té")).Items).Category);
        Assert.Equal("%", Assert.Single((await ListAsync(category: "%")).Items).Category);
        Assert.Empty((await ListAsync(category: "T")).Items);
    }

    [Theory]
    [InlineData("kettle", "Kettle", "Tea kettle")]
    [InlineData("KETTLE", "Kettle", "Tea kettle")]
    [InlineData("a k", "Tea kettle")]
    [InlineData("ŽLUŤ", "žluťoučký")]
    [InlineData("οδός", "ΟΔΌΣ")]
    [InlineData("e\u0301", "Café")]
    [InlineData("%", "100% wool")]
    [InlineData("_", "snake_case")]
    [InlineData("'; DROP TABLE products; --", "'; DROP TABLE products; --")]
    [InlineData("[k]")]
    [InlineData("Boils")]
    public async Task List_Search_FindsAPartOfTheNameInAnyCase(string search, params string[] expected)
    {
        string[] names = ["Kettle", "Tea kettle", "žluťoučký", "ΟΔΌΣ", "Café", "100% wool", "snake_case", "'; DROP TABLE products; --", "馬"];
        for (var i = 0; i < names.Length; i++)
        {
            await Store.AddAsync(Samples.Product(i, names[i]), Cancellation);
        }

        Assert.Equal(expected, (await ListAsync(search: search)).Items.Select(static product => product.Name));
    }

    [Fact]
    public async Task List_SearchAfterRename_FindsTheNewNameOnly()
    {
        var added = await Store.AddAsync(Samples.Product(name: "Kettle"), Cancellation);
        await Store.TryReplaceAsync(added with { Name = "Pot" }, Cancellation);

        Assert.Empty((await ListAsync(search: "kettle")).Items);
        Assert.Single((await ListAsync(search: "pot")).Items);
    }

    [Fact]
    public async Task List_CategoryAndSearch_BothHold()
    {
        for (var i = 0; i < 40; i++)
        {
            await Store.AddAsync(Samples.Product(i, i % 2 == 0 ? $"Kettle {i}" : $"Pot {i}", i % 5 == 0 ? "Sale" : "Kitchen"), Cancellation);
        }

        var first = await ListAsync(pageSize: 3, category: "Sale", search: "kettle");
        var second = await ListAsync(pageSize: 3, after: first.Next, category: "Sale", search: "kettle");

        Assert.NotNull(first.Next);
        Assert.Null(second.Next);
        Assert.Equal(["Kettle 0", "Kettle 10", "Kettle 20", "Kettle 30"], first.Items.Concat(second.Items).Select(static product => product.Name));
    }

    private async Task<Product[]> AddAsync(int count)
    {
        var products = new Product[count];
        for (var i = 0; i < count; i++)
        {
            products[i] = await Store.AddAsync(Samples.Product(i * 10, $"Product {i}"), Cancellation);
        }

        return products;
    }

    private Task<Page<Product>> ListAsync(int pageSize = 100, string? after = null, string? category = null, string? search = null) =>
        Store.ListAsync(new ProductQuery(pageSize, after, category, search), Cancellation);
}
