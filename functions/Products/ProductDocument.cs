using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Storage;

namespace Gatehouse.Products;

/// <summary>A product.</summary>
/// <param name="Id">The id, chosen by the API; ids are ordered by creation.</param>
/// <param name="Name">The name.</param>
/// <param name="Description">The description.</param>
/// <param name="Category">The category, by which listings can be filtered.</param>
/// <param name="Price">The price in units of <c>currency</c>, with up to four decimals, the most of any currency in ISO 4217.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <example>
/// {"id": "019abc0a4c0e7d3e8f5a1b2c3d4e5f60", "name": "Desk Lamp",
/// "description": "Warm to cold light, held by a joint that stays where it is put.", "category": "Office", "price": 89.0,
/// "currency": "EUR", "createdAt": "2026-05-04T12:00:00+00:00", "updatedAt": "2026-05-04T12:00:00+00:00"}
/// </example>
internal sealed record ProductDocument(
    [property: RegularExpression(RecordId.Pattern)] string Id,
    [property: StringLength(ProductInput.MaxNameLength, MinimumLength = 1)] string Name,
    [property: StringLength(ProductInput.MaxDescriptionLength, MinimumLength = 1)] string? Description,
    [property: StringLength(ProductInput.MaxCategoryLength, MinimumLength = 1)] string Category,
    [property: Range(0, ProductInput.MaxPrice)] decimal Price,
    [property: RegularExpression(ProductInput.CurrencyPattern)] string Currency,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static ProductDocument Of(Product product) => new(
        product.Id,
        product.Name,
        product.Description,
        product.Category,
        product.Price,
        product.Currency,
        product.CreatedAt,
        product.UpdatedAt);
}

/// <summary>A page of products.</summary>
/// <param name="Items">The products.</param>
/// <param name="NextCursor">The value of <c>cursor</c> for the next page; missing on the last page.</param>
/// <example>
/// {"items": [{"id": "019abc0a4c0e7d3e8f5a1b2c3d4e5f60", "name": "Desk Lamp",
/// "description": "Warm to cold light, held by a joint that stays where it is put.", "category": "Office", "price": 89.0,
/// "currency": "EUR", "createdAt": "2026-05-04T12:00:00+00:00", "updatedAt": "2026-05-04T12:00:00+00:00"}],
/// "nextCursor": "AZq8CkwOfT6PWhssPU5fYAECAwQFBgcI"}
/// </example>
internal sealed record ProductPageDocument([property: MaxLength(ProductListRequest.MaxPageSize)] IReadOnlyList<ProductDocument> Items, string? NextCursor);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(ProductPageDocument))]
internal sealed partial class ProductJsonContext : JsonSerializerContext;
