using System.Text.Encodings.Web;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Products;

/// <summary>Lists products, a page at a time.</summary>
internal sealed class ListProductsFunction(ProductPages pages)
{
    /// <summary>List products</summary>
    /// <remarks>
    /// Lists one page at a time, in the order of creation. The next page is at the URL in <c>Link</c>, or at the same URL with
    /// <c>cursor</c> set to <c>nextCursor</c>. A search may end a page early, even without any product, because one request scans a
    /// bounded number of products; <c>nextCursor</c> continues it.
    /// </remarks>
    [Function("ListProducts")]
    [Authorize(Policy = Scopes.ProductsRead)]
    [Operation("Products")]
    [Query<ProductListParameters>]
    [Answer<ProductPageDocument>(200, "A page.", "ETag", "Link: NextPage", "Cache-Control: Revalidate")]
    [Answer(304, "The page has not changed.", "ETag", "Link: NextPage", "Cache-Control: Revalidate")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/products")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var query = ProductListRequest.Read(request);
        var page = await pages.GetAsync(query, cancellationToken);

        // The caller's own cache may store the answer, but must revalidate it each time, because the caller may have
        // lost the right to see it.
        var response = request.CreateConditional(page.ETag, "no-cache, private", out var isKnown);
        if (page.NextCursor is { } cursor)
        {
            response.SetHeader("Link", $"<{WriteNext(query, cursor)}>; rel=\"next\"");
        }

        if (!isKnown)
        {
            await response.WriteAsync(page.Body, MediaType.Json);
        }

        return response;
    }

    private static string WriteNext(ProductQuery query, string cursor)
    {
        var url = $"/api/products?pageSize={query.PageSize}&cursor={cursor}";
        url += query.Category is { } category ? $"&category={UrlEncoder.Default.Encode(category)}" : "";
        url += query.Search is { } search ? $"&search={UrlEncoder.Default.Encode(search)}" : "";
        return url;
    }
}
