namespace Gatehouse.Products;

/// <summary>A page of products as the API shows it.</summary>
/// <param name="Items">The products.</param>
/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; missing on the last one.</param>
internal sealed record ProductPageDocument(IReadOnlyList<ProductDocument> Items, string? NextCursor);
