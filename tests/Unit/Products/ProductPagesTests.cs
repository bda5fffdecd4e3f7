using Gatehouse.Products;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Products;

/// <summary>The cache of pages of a listing.</summary>
public sealed class ProductPagesTests
{
    private static readonly ProductQuery Query = new(PageSize: 100, After: null, Category: null, Search: null);

    private readonly FakeTimeProvider _time = new();
    private readonly Mock<IProductStore> _store = new();
    private readonly ProductPages _pages;

    public ProductPagesTests() => _pages = Create(new ProductsOptions().CacheFor);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_OfUsualSize_IsCached()
    {
        Answer(Page(description: "short"));

        await _pages.GetAsync(Query, Cancellation);
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(1);
    }

    [Fact]
    public async Task Page_OfManyLongDescriptions_IsNotCached()
    {
        Answer(Page(description: new string('ö', 4000)));

        await _pages.GetAsync(Query, Cancellation);
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(2);
    }

    [Fact]
    public async Task Page_ReadBeforeAChange_IsNotCachedAfterIt()
    {
        var reading = Hold();
        var first = _pages.GetAsync(Query, Cancellation);

        _pages.Forget();
        reading.SetResult(Page(description: "before"));
        await first;
        Answer(Page(description: "after"));
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(2);
    }

    [Fact]
    public async Task Page_RequestedConcurrently_IsReadOnce_AndAgainAfterTheCacheTime()
    {
        var reading = Hold();
        var requests = Enumerable.Range(0, 10).Select(_ => _pages.GetAsync(Query, Cancellation).AsTask()).ToArray();
        reading.SetResult(Page(description: "first"));

        var first = await Task.WhenAll(requests);
        Assert.All(first, page => Assert.Same(first[0], page));
        VerifyReadings(1);

        _time.Advance(new ProductsOptions().CacheFor);
        Answer(Page(description: "second"));
        Assert.NotEqual(first[0].ETag, (await _pages.GetAsync(Query, Cancellation)).ETag);
        VerifyReadings(2);
    }

    [Fact]
    public async Task Reading_Continues_WhenItsFirstRequestIsCanceled()
    {
        using var gone = new CancellationTokenSource();
        var reading = Hold();
        var first = _pages.GetAsync(Query, gone.Token).AsTask();
        var second = _pages.GetAsync(Query, Cancellation).AsTask();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        reading.SetResult(Page(description: "short"));
        await second;

        VerifyReadings(1);
    }

    [Fact]
    public async Task FailedReading_FailsItsRequests_AndIsNotCached()
    {
        var reading = Hold();
        var requests = Enumerable.Range(0, 2).Select(_ => _pages.GetAsync(Query, Cancellation).AsTask()).ToArray();
        reading.SetException(new StorageUnavailableException("down", new IOException()));
        foreach (var request in requests)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => request);
        }

        Answer(Page(description: "short"));
        await _pages.GetAsync(Query, Cancellation);

        VerifyReadings(2);
    }

    [Fact]
    public async Task WithoutACache_EachRequestReads()
    {
        var pages = Create(TimeSpan.Zero);
        var reading = Hold();
        var requests = Enumerable.Range(0, 3).Select(_ => pages.GetAsync(Query, Cancellation).AsTask()).ToArray();
        reading.SetResult(Page(description: "short"));
        await Task.WhenAll(requests);

        VerifyReadings(3);
    }

    private static Page<Product> Page(string description) => new(
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

    private ProductPages Create(TimeSpan cacheFor) =>
        new(_store.Object, _time, Options.Create(new ProductsOptions { CacheFor = cacheFor }));

    // Storage answers when the test sets the result.
    private TaskCompletionSource<Page<Product>> Hold()
    {
        var reading = new TaskCompletionSource<Page<Product>>();
        _store.Setup(static store => store.ListAsync(Query, It.IsAny<CancellationToken>())).Returns(reading.Task);
        return reading;
    }

    private void Answer(Page<Product> page) => _store.Setup(static store => store.ListAsync(Query, It.IsAny<CancellationToken>())).ReturnsAsync(page);

    private void VerifyReadings(int count) => _store.Verify(static store => store.ListAsync(Query, It.IsAny<CancellationToken>()), Times.Exactly(count));
}
