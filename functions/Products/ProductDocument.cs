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
