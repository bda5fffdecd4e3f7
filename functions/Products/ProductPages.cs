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
    // A page of 100 products takes up to 50 KiB or so; filters and cursors come from callers, so the number is bounded.
    private const int MaxRemembered = 256;
    private const int ETagBytes = 16;

    private readonly BoundedCache<ProductQuery, RenderedPage> _pages = new(MaxRemembered);
    private long _changes;

    public async ValueTask<RenderedPage> GetAsync(ProductQuery query, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_pages.TryGet(query, out var known) && now - known.RenderedAt < options.Value.CacheFor)
        {
            return known;
        }

        var changes = Interlocked.Read(ref _changes);
        var page = Render(await store.ListAsync(query, cancellationToken), query, now);

        // A page that was read before a change must not be remembered after it.
        if (options.Value.CacheFor > TimeSpan.Zero && changes == Interlocked.Read(ref _changes))
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

    private static RenderedPage Render(ProductPage page, ProductQuery query, DateTimeOffset now)
    {
        var next = page.Next is { } position ? ProductCursor.Encode(position, query.Category, query.Search) : null;
        var document = new ProductPageDocument([.. page.Items.Select(ProductDocument.Of)], next);
        var body = JsonSerializer.SerializeToUtf8Bytes(document, ProductJsonContext.Default.ProductPageDocument);
        var hash = SHA256.HashData(body);
        return new RenderedPage(body, $"\"{Convert.ToHexStringLower(hash.AsSpan(0, ETagBytes))}\"", next, now);
    }
}
