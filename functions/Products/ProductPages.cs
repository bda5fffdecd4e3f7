using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Products;

/// <summary>
/// Pages of products, rendered and cached for <see cref="ProductsOptions.CacheFor"/>, so that a popular listing does
/// not read the storage for each request. When a page has expired, one request reads it, and concurrent requests
/// share the result.
/// </summary>
internal sealed class ProductPages(IProductStore store, TimeProvider time, IOptions<ProductsOptions> options)
{
    // Callers choose filters and cursors, and 100 long descriptions fill megabytes. These bounds limit the memory to 32 MiB.
    private const int MaxRemembered = 256;
    private const int MaxRememberedBytes = 128 * 1024;
    private const int ETagBytes = 16;

    private readonly BoundedCache<ProductQuery, RenderedPage> _pages = new(MaxRemembered);
    private readonly ConcurrentDictionary<(ProductQuery Query, long Changes), Lazy<Task<RenderedPage>>> _readings = new();
    private long _changes;

    public async ValueTask<RenderedPage> GetAsync(ProductQuery query, CancellationToken cancellationToken)
    {
        // Read before the page, so that a change during the read makes the page stale.
        var changes = Interlocked.Read(ref _changes);
        var now = time.GetUtcNow();
        if (_pages.TryGet(query, out var known) && known.Changes == changes && now - known.RenderedAt < options.Value.CacheFor)
        {
            return known;
        }

        if (options.Value.CacheFor == TimeSpan.Zero)
        {
            return await ReadAsync(query, now, changes, cancellationToken);
        }

        // The read belongs to no single request: one that stops waiting does not end it for the others.
        var reading = _readings.GetOrAdd(
            (query, changes),
            key => new Lazy<Task<RenderedPage>>(() => ReadForAllAsync(key.Query, now, key.Changes)));
        return await StorageBudget.WaitAsync(reading.Value, time, cancellationToken);
    }

    /// <summary>Forgets every page, after a product was changed through this instance.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _pages.Clear();
    }

    private async Task<RenderedPage> ReadForAllAsync(ProductQuery query, DateTimeOffset now, long changes)
    {
        StorageBudget.Begin(time);
        try
        {
            var page = await ReadAsync(query, now, changes, CancellationToken.None);
            if (page.Body.Length <= MaxRememberedBytes)
            {
                _pages.Set(query, page);
            }

            return page;
        }
        finally
        {
            _readings.TryRemove((query, changes), out _);
        }
    }

    private async Task<RenderedPage> ReadAsync(ProductQuery query, DateTimeOffset now, long changes, CancellationToken cancellationToken) =>
        Render(await store.ListAsync(query, cancellationToken), query, now, changes);

    private static RenderedPage Render(Page<Product> page, ProductQuery query, DateTimeOffset now, long changes)
    {
        var next = page.Next is { } position ? ProductCursor.Encode(position, query.Category, query.Search) : null;
        var document = new ProductPageDocument([.. page.Items.Select(ProductDocument.Of)], next);
        var body = JsonSerializer.SerializeToUtf8Bytes(document, ProductJsonContext.Default.ProductPageDocument);
        var hash = SHA256.HashData(body);
        return new RenderedPage(body, $"\"{Convert.ToHexStringLower(hash.AsSpan(0, ETagBytes))}\"", next, now, changes);
    }
}

/// <summary>A rendered page, sent many times.</summary>
/// <param name="Body">The JSON.</param>
/// <param name="ETag">A strong validator, made from the body (RFC 9110 §8.8.3).</param>
/// <param name="NextCursor">For the <c>Link</c> header; null on the last page.</param>
/// <param name="RenderedAt">The time of the read.</param>
/// <param name="Changes">The number of changes that this instance had made then; after one more the page may be stale.</param>
internal sealed record RenderedPage(ReadOnlyMemory<byte> Body, string ETag, string? NextCursor, DateTimeOffset RenderedAt, long Changes);
