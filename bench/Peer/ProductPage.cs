namespace Gatehouse.Bench.Peer;

/// <summary>A page of products.</summary>
internal sealed record ProductPage(IReadOnlyList<Product> Items, string? NextCursor);
