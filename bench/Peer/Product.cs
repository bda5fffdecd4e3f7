namespace Gatehouse.Bench.Peer;

/// <summary>A product.</summary>
internal sealed record Product(
    string Id,
    string Name,
    string? Description,
    string Category,
    decimal Price,
    string Currency,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
