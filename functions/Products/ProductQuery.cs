namespace Gatehouse.Products;

/// <summary>Which products a page holds. The order is that of the ids, so a page never shifts under inserts and deletes.</summary>
/// <param name="PageSize">1 to 100.</param>
/// <param name="After">The id after which the page begins; null for the first page.</param>
/// <param name="Category">Exactly this category; null for all.</param>
/// <param name="Search">A part of the name, whatever its case; null for all.</param>
internal sealed record ProductQuery(int PageSize, string? After, string? Category, string? Search);
