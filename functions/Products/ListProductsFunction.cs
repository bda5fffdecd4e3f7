using System.Net;
using System.Text.Encodings.Web;
using Gatehouse.Access;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Products;

/// <summary>Lists products, a page at a time.</summary>
internal sealed class ListProductsFunction(ProductPages pages)
{
    [Function("ListProducts")]
    [Authorize(Policy = Scopes.ProductsRead)]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/products")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var query = ProductListRequest.Read(request);
        var page = await pages.GetAsync(query, cancellationToken);

        var isKnown = request.FindHeader("If-None-Match") is { } tag && EntityTag.IsNoneMatch(tag, page.ETag);
        var response = request.CreateResponse(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.SetHeader("ETag", page.ETag);

        // The caller's own cache may keep it, but asks each time: the right to see it may have gone.
        response.SetHeader("Cache-Control", "no-cache, private");
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
