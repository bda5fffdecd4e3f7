namespace Gatehouse.RateLimits;

/// <summary>
/// A bucket of permits that fills evenly, on the wall clock that instances share. As with <see cref="Quota"/>, its state is
/// one time: when it is full again, that is, when the permits in use are paid.
/// </summary>
/// <param name="permits">How many it holds.</param>
/// <param name="window">How long it takes to fill.</param>
internal readonly struct Bucket(int permits, TimeSpan window)
{
    private readonly TimeSpan _interval = new(window.Ticks / permits);

    /// <summary>How many permits it has at a time.</summary>
    public int CountAvailable(DateTimeOffset paidAt, DateTimeOffset now) =>
        Math.Clamp((int)((now + (_interval * permits) - Later(paidAt, now)) / _interval), 0, permits);

    /// <summary>Takes permits.</summary>
    /// <returns>When it is full again.</returns>
    public DateTimeOffset Take(int count, DateTimeOffset paidAt, DateTimeOffset now) => Later(paidAt, now) + (_interval * count);

    /// <summary>When it has so many permits.</summary>
    public DateTimeOffset FindTimeOf(int count, DateTimeOffset paidAt) => paidAt - (_interval * (permits - count));

    private static DateTimeOffset Later(DateTimeOffset first, DateTimeOffset second) => first > second ? first : second;
}
