using Gatehouse.Products;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Integration.Products;

/// <summary>A page that is read for several requests, each with what it has left of its own time.</summary>
public sealed class SharedReadingTests
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly TaskCompletionSource<Page<Product>> _answer = new();
    private readonly ProductPages _pages;

    public SharedReadingTests()
    {
        var store = new Mock<IProductStore>();
        store.Setup(static store => store.ListAsync(It.IsAny<ProductQuery>(), It.IsAny<CancellationToken>())).Returns(_answer.Task);
        _pages = new ProductPages(store.Object, _time, Options.Create(new ProductsOptions()));
    }

    [Fact]
    public async Task RequestWithoutTimeLeft_GivesUp_AndTheReadContinuesForTheOthers()
    {
        var first = AskAsync();
        _time.Advance(StorageBudget.Total / 2);
        var second = AskAsync();
        _time.Advance(StorageBudget.Total / 2);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => first);

        _answer.SetResult(new Page<Product>([Samples.Product()], Next: null));
        Assert.NotNull(await second);
    }

    private async Task<RenderedPage> AskAsync()
    {
        StorageBudget.Begin(_time);
        return await _pages.GetAsync(new ProductQuery(10, After: null, Category: null, Search: null), TestContext.Current.CancellationToken);
    }
}
