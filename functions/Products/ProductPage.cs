namespace Gatehouse.Products;

/// <summary>One page of products.</summary>
/// <param name="Items">
/// At most <see cref="ProductQuery.PageSize"/>. A search may find fewer, or none, before the store has looked at as many
/// products as one request can bear.
/// </param>
/// <param name="Next">The id after which the next page begins; null when nothing follows.</param>
internal sealed record ProductPage(IReadOnlyList<Product> Items, string? Next);
