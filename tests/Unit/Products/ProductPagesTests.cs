using Gatehouse.Products;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Products;

/// <summary>Which pages of a listing are remembered.</summary>
public sealed class ProductPagesTests
{
    private static readonly ProductQuery Query = new(PageSize: 100, After: null, Category: null, Search: null);

    private readonly Mock<IProductStore> _store = new();
    private readonly ProductPages _pages;

    public ProductPagesTests() => _pages = new ProductPages(_store.Object, new FakeTimeProvider(), Options.Create(new ProductsOptions()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_OfUsualSize_IsRemembered()
    {
        Answer(Page(description: "short"));

        await _pages.GetAsync(Query, Cancellation);
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(1);
    }

    [Fact]
    public async Task Page_OfManyLongDescriptions_IsNotRemembered()
    {
        Answer(Page(description: new string('ö', 4000)));

        await _pages.GetAsync(Query, Cancellation);
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(2);
    }

    [Fact]
    public async Task Page_ThatWasReadBeforeAChange_IsNotRememberedAfterIt()
    {
        var reading = new TaskCompletionSource<ProductPage>();
        _store.Setup(static store => store.ListAsync(Query, It.IsAny<CancellationToken>())).Returns(reading.Task);
        var first = _pages.GetAsync(Query, Cancellation);

        _pages.Forget();
        reading.SetResult(Page(description: "before"));
        await first;
        Answer(Page(description: "after"));
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(2);
    }

    private static ProductPage Page(string description) => new(
        [.. Enumerable.Range(0, 100).Select(number => new Product
        {
            Id = $"{number:x32}",
            Name = "name",
            Description = description,
            Category = "category",
            Price = 1,
            Currency = "EUR",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        })],
        Next: null);

    private void Answer(ProductPage page) => _store.Setup(static store => store.ListAsync(Query, It.IsAny<CancellationToken>())).ReturnsAsync(page);

    private void VerifyReadings(int count) => _store.Verify(static store => store.ListAsync(Query, It.IsAny<CancellationToken>()), Times.Exactly(count));
}
