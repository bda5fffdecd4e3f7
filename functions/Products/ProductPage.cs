namespace Gatehouse.Products;

/// <summary>One page of products.</summary>
/// <param name="Items">At most <see cref="ProductQuery.PageSize"/>.</param>
/// <param name="HasMore">Whether at least one more product comes after the last of <paramref name="Items"/>.</param>
internal sealed record ProductPage(IReadOnlyList<Product> Items, bool HasMore);
