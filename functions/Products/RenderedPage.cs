namespace Gatehouse.Products;

/// <summary>A page as it leaves: rendered once, answered many times.</summary>
/// <param name="Body">The JSON.</param>
/// <param name="ETag">A strong validator, made from the body (RFC 9110 §8.8.3).</param>
/// <param name="NextCursor">For the <c>Link</c> header; null on the last page.</param>
/// <param name="RenderedAt">When the storage was read.</param>
/// <param name="Changes">How many changes this instance had made then; after one more the page may be out of date.</param>
internal sealed record RenderedPage(ReadOnlyMemory<byte> Body, string ETag, string? NextCursor, DateTimeOffset RenderedAt, long Changes);
