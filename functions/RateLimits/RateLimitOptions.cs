namespace Gatehouse.RateLimits;

/// <summary>
/// One limit: a bucket of permits that is full at first, takes one out for each request and fills evenly. A caller that
/// was quiet may send <see cref="PermitLimit"/> requests at once; after that one each <see cref="Window"/> / <see cref="PermitLimit"/>.
/// </summary>
internal sealed class RateLimitOptions
{
    public const int MaxPermitLimit = 1_000_000;

    public static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(1);

    /// <summary>How many permits the bucket holds, 1 to 1 000 000. Defaults to 600.</summary>
    public int PermitLimit { get; set; } = 600;

    /// <summary>How long an empty bucket takes to be full again, 1 second to 1 day. Defaults to 1 minute.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
