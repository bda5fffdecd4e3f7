using System.Net;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Products;

/// <summary>Reads, adds, replaces and removes one product.</summary>
internal sealed class ProductFunctions(IProductStore store, ProductPages pages, TimeProvider time)
{
    private const string Route = "api/products/{id}";

    // The caller's own cache may store the answer, but must revalidate it each time, because the caller may have lost
    // the right to see it.
    private const string CacheControl = "no-cache, private";

    /// <summary>Read a product</summary>
    /// <remarks>Use its <c>ETag</c> to replace or remove it.</remarks>
    /// <param name="id" example="019abc0a4c0e7d3e8f5a1b2c3d4e5f60">The product's id.</param>
    [Function("GetProduct")]
    [Authorize(Policy = Scopes.ProductsRead)]
    [Operation("Products")]
    [Answer<ProductDocument>(200, "The product.", "ETag", "Cache-Control: Revalidate")]
    [Answer(304, "The product has not changed.", "ETag", "Cache-Control: Revalidate")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Route)] HttpRequestData request,
        string id,
        CancellationToken cancellationToken)
    {
        var product = await FindAsync(id, cancellationToken);
        var response = request.CreateConditional(EntityTag.Of(product.Version!), CacheControl, out var isKnown);
        if (!isKnown)
        {
            await response.WriteJsonAsync(ProductDocument.Of(product), ProductJsonContext.Default.ProductDocument);
        }

        return response;
    }

    /// <summary>Add a product</summary>
    /// <remarks>The id is chosen by the API.</remarks>
    [Function("CreateProduct")]
    [Authorize(Policy = Scopes.ProductsWrite)]
    [Operation("Products")]
    [Body<ProductInput>]
    [Answer<ProductDocument>(201, "The new product.", "ETag", "Location", "Cache-Control: Revalidate")]
    public async Task<HttpResponseData> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var input = ProductInput.Read(await JsonBody.ReadAsync(request));
        var now = time.GetUtcNow();
        var product = await store.AddAsync(
            new Product
            {
                Id = RecordId.Create(now),
                Name = input.Name,
                Description = input.Description,
                Category = input.Category,
                Price = input.Price,
                Currency = input.Currency,
                CreatedAt = now,
                UpdatedAt = now,
            },
            cancellationToken);
        pages.Forget();

        var response = await ShowAsync(request, HttpStatusCode.Created, product);
        response.SetHeader("Location", $"/api/products/{product.Id}");
        return response;
    }

    /// <summary>Replace a product</summary>
    /// <remarks>Of two requests that replace the same version, one succeeds.</remarks>
    /// <param name="id" example="019abc0a4c0e7d3e8f5a1b2c3d4e5f60">The product's id.</param>
    [Function("ReplaceProduct")]
    [Authorize(Policy = Scopes.ProductsWrite)]
    [Operation("Products")]
    [RequiresMatch]
    [Body<ProductInput>]
    [Answer<ProductDocument>(200, "The changed product.", "ETag", "Cache-Control: Revalidate")]
    public async Task<HttpResponseData> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequestData request,
        string id,
        CancellationToken cancellationToken)
    {
        var input = ProductInput.Read(await JsonBody.ReadAsync(request));
        var current = await FindAsync(id, cancellationToken);
        Precondition.RequireMatch(request, current.Version!);

        var replaced = await store.TryReplaceAsync(
            current with
            {
                Name = input.Name,
                Description = input.Description,
                Category = input.Category,
                Price = input.Price,
                Currency = input.Currency,
                UpdatedAt = time.GetUtcNow(),
            },
            cancellationToken);
        pages.Forget();
        return await ShowAsync(request, HttpStatusCode.OK, replaced ?? throw Precondition.Stale());
    }

    /// <summary>Remove a product</summary>
    /// <remarks>Of two requests that change the same version, one succeeds.</remarks>
    /// <param name="id" example="019abc0a4c0e7d3e8f5a1b2c3d4e5f60">The product's id.</param>
    [Function("DeleteProduct")]
    [Authorize(Policy = Scopes.ProductsDelete)]
    [Operation("Products")]
    [RequiresMatch]
    [Answer(204, "The product was removed.")]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequestData request,
        string id,
        CancellationToken cancellationToken)
    {
        var current = await FindAsync(id, cancellationToken);
        Precondition.RequireMatch(request, current.Version!);

        var isRemoved = await store.TryRemoveAsync(current.Id, current.Version!, cancellationToken);
        pages.Forget();
        return isRemoved ? request.CreateResponse(HttpStatusCode.NoContent) : throw Precondition.Stale();
    }

    private static async Task<HttpResponseData> ShowAsync(HttpRequestData request, HttpStatusCode status, Product product)
    {
        var response = await request.JsonAsync(ProductDocument.Of(product), ProductJsonContext.Default.ProductDocument, status);
        response.SetHeader("ETag", EntityTag.Of(product.Version!));
        response.SetHeader("Cache-Control", CacheControl);
        return response;
    }

    private async Task<Product> FindAsync(string id, CancellationToken cancellationToken)
    {
        var product = RecordId.TryParse(id, out var key) ? await store.FindAsync(key, cancellationToken) : null;
        return product ?? throw new ProblemException(ProblemType.NotFound, "There is no product with this id.");
    }
}
