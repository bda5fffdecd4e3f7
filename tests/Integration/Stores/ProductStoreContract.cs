using System.Globalization;
using Gatehouse.Products;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IProductStore"/> must do with one product. For lists see <see cref="ProductListingContract"/>.</summary>
public abstract class ProductStoreContract
{
    private const int Writers = 16;

    private protected abstract IProductStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_UnknownId_IsNull() =>
        Assert.Null(await Store.FindAsync(Samples.Product().Id, Cancellation));

    [Fact]
    public async Task Add_EveryField_ComesBack()
    {
        var product = Samples.Product();

        var added = await Store.AddAsync(product, Cancellation);

        Assert.NotNull(added.Version);
        Assert.Equal(product, added with { Version = null });
        Assert.Equal(added, await Store.FindAsync(product.Id, Cancellation));
    }

    [Fact]
    public async Task Add_AnIdThatExists_FailsAndChangesNothing()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.AddAsync(added with { Name = "second" }, Cancellation));
        Assert.Equal(added, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Add_NoDescription_ComesBackWithoutOne()
    {
        var added = await Store.AddAsync(Samples.Product() with { Description = null }, Cancellation);

        Assert.Null((await Store.FindAsync(added.Id, Cancellation))!.Description);
    }

    [Theory]
    [MemberData(nameof(Samples.Texts), MemberType = typeof(Samples))]
    public async Task Add_AwkwardTexts_ComeBack(string text)
    {
        var added = await Store.AddAsync(Samples.Product() with { Name = text, Description = text, Category = text }, Cancellation);

        Assert.Equal(added, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Add_ZeroCharacter_IsNotCutOff()
    {
        var added = await Store.AddAsync(Samples.Product(name: "before\0after"), Cancellation);

        Assert.Equal("before\0after", (await Store.FindAsync(added.Id, Cancellation))!.Name);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.01")]
    [InlineData("0.10")]
    [InlineData("19.99")]
    [InlineData("1000000000.00")]
    [InlineData("90071992547409.93")]
    public async Task Add_Price_ComesBackToTheLastDigit(string price)
    {
        var added = await Store.AddAsync(Samples.Product() with { Price = decimal.Parse(price, CultureInfo.InvariantCulture) }, Cancellation);

        // As text, because 0.10 equals 0.1 but is not shown as that.
        Assert.Equal(price, (await Store.FindAsync(added.Id, Cancellation))!.Price.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Replace_CurrentVersion_ChangesEveryField()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);
        var changed = added with
        {
            Name = "Tea kettle",
            Description = null,
            Category = "Tea",
            Price = 1.5m,
            Currency = "CHF",
            UpdatedAt = Samples.Now.AddDays(1),
        };

        var replaced = await Store.TryReplaceAsync(changed, Cancellation);

        Assert.Equal(changed with { Version = replaced?.Version }, replaced);
        Assert.NotEqual(added.Version, replaced!.Version);
        Assert.Equal(replaced, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_StaleVersion_IsNullAndChangesNothing()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);
        var current = await Store.TryReplaceAsync(added with { Name = "second" }, Cancellation);

        Assert.Null(await Store.TryReplaceAsync(added with { Name = "third" }, Cancellation));
        Assert.Equal(current, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_RemovedProduct_IsNullAndAddsNothing()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);
        Assert.True(await Store.TryRemoveAsync(added.Id, added.Version!, Cancellation));

        Assert.Null(await Store.TryReplaceAsync(added, Cancellation));
        Assert.Null(await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_RemovedAndAddedAgain_DoesNotFitTheOldVersion()
    {
        var first = await Store.AddAsync(Samples.Product(), Cancellation);
        Assert.True(await Store.TryRemoveAsync(first.Id, first.Version!, Cancellation));
        var second = await Store.AddAsync(first with { Name = "second", Version = null }, Cancellation);

        Assert.Null(await Store.TryReplaceAsync(first, Cancellation));
        Assert.False(await Store.TryRemoveAsync(first.Id, first.Version!, Cancellation));
        Assert.Equal(second, await Store.FindAsync(first.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);

        var replaced = await RunConcurrentlyAsync(i => Store.TryReplaceAsync(added with { Name = $"writer {i}" }, Cancellation));

        var winner = Assert.Single(replaced, static product => product is not null);
        Assert.Equal(winner, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Remove_StaleVersion_IsFalseAndLeavesTheProduct()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);
        var current = await Store.TryReplaceAsync(added with { Name = "second" }, Cancellation);

        Assert.False(await Store.TryRemoveAsync(added.Id, added.Version!, Cancellation));
        Assert.Equal(current, await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Remove_UnknownId_IsFalse()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);

        Assert.False(await Store.TryRemoveAsync(Samples.Product(1).Id, added.Version!, Cancellation));
    }

    [Fact]
    public async Task Remove_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await Store.AddAsync(Samples.Product(), Cancellation);

        var removed = await RunConcurrentlyAsync(_ => Store.TryRemoveAsync(added.Id, added.Version!, Cancellation));

        Assert.Single(removed, static isRemoved => isRemoved);
        Assert.Null(await Store.FindAsync(added.Id, Cancellation));
    }

    private static Task<T[]> RunConcurrentlyAsync<T>(Func<int, Task<T>> run) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => run(i))));
}
