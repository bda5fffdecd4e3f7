using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Caching;
using Microsoft.Extensions.Options;

namespace Gatehouse.Products;

/// <summary>
/// Pages of products, rendered and remembered for <see cref="ProductsOptions.CacheFor"/>, so that a list that everybody
/// asks for does not read the storage on each request.
/// </summary>
internal sealed class ProductPages(IProductStore store, TimeProvider time, IOptions<ProductsOptions> options)
{
    // Filters and cursors come from callers, and 100 long descriptions fill megabytes: together at most 32 MiB.
    private const int MaxRemembered = 256;
    private const int MaxRememberedBytes = 128 * 1024;
    private const int ETagBytes = 16;

    private readonly BoundedCache<ProductQuery, RenderedPage> _pages = new(MaxRemembered);
    private long _changes;

    public async ValueTask<RenderedPage> GetAsync(ProductQuery query, CancellationToken cancellationToken)
    {
        // Before the reading: a page that was read before a change does not count after it.
        var changes = Interlocked.Read(ref _changes);
        var now = time.GetUtcNow();
        if (_pages.TryGet(query, out var known) && known.Changes == changes && now - known.RenderedAt < options.Value.CacheFor)
        {
            return known;
        }

        var page = Render(await store.ListAsync(query, cancellationToken), query, now, changes);
        if (options.Value.CacheFor > TimeSpan.Zero && page.Body.Length <= MaxRememberedBytes)
        {
            _pages.Set(query, page);
        }

        return page;
    }

    /// <summary>Forgets every page: a product was changed through this instance.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _pages.Clear();
    }

    private static RenderedPage Render(ProductPage page, ProductQuery query, DateTimeOffset now, long changes)
    {
        var next = page.Next is { } position ? ProductCursor.Encode(position, query.Category, query.Search) : null;
        var document = new ProductPageDocument([.. page.Items.Select(ProductDocument.Of)], next);
        var body = JsonSerializer.SerializeToUtf8Bytes(document, ProductJsonContext.Default.ProductPageDocument);
        var hash = SHA256.HashData(body);
        return new RenderedPage(body, $"\"{Convert.ToHexStringLower(hash.AsSpan(0, ETagBytes))}\"", next, now, changes);
    }
}
