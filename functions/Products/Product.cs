namespace Gatehouse.Products;

/// <summary>A product as it is stored.</summary>
internal sealed record Product
{
    /// <summary>A <see cref="Storage.RecordId"/>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Category { get; init; }

    /// <summary>In units of <see cref="Currency"/>, with at most four decimals.</summary>
    public required decimal Price { get; init; }

    /// <summary>ISO 4217, three capital letters.</summary>
    public required string Currency { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Opaque; changes with every write and becomes the ETag of the product. Null until stored.</summary>
    public string? Version { get; init; }
}
