using System.Text.Json.Serialization;

namespace Gatehouse.Products;

/// <summary>A product as the API shows it.</summary>
internal sealed record ProductDocument(
    string Id,
    string Name,
    string? Description,
    string Category,
    decimal Price,
    string Currency,
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

/// <summary>A page of products as the API shows it.</summary>
/// <param name="Items">The products.</param>
/// <param name="NextCursor">The value of <c>cursor</c> for the next page; missing on the last one.</param>
internal sealed record ProductPageDocument(IReadOnlyList<ProductDocument> Items, string? NextCursor);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProductDocument))]
[JsonSerializable(typeof(ProductPageDocument))]
internal sealed partial class ProductJsonContext : JsonSerializerContext;
