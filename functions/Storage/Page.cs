namespace Gatehouse.Storage;

/// <summary>One page of a listing.</summary>
/// <param name="Items">The items, at most as many as were asked for.</param>
/// <param name="Next">The id after which the next page begins; null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Makes pages.</summary>
internal static class Page
{
    /// <summary>A page of what a store has read: one item more than the page holds tells that there is a next page.</summary>
    /// <param name="found">The items in the order of their ids.</param>
    /// <param name="size">The most items of the page.</param>
    /// <param name="id">The id of an item.</param>
    public static Page<T> Of<T>(IReadOnlyList<T> found, int size, Func<T, string> id) =>
        found.Count > size ? new Page<T>([.. found.Take(size)], id(found[size - 1])) : new Page<T>(found, Next: null);
}
