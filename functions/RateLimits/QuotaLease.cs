using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Gatehouse.RateLimits;

/// <summary>What a <see cref="Quota"/> answered.</summary>
/// <param name="quota">Whose answer it is.</param>
/// <param name="remaining">How many more permits there are right now.</param>
/// <param name="retryAfter">How long until there is a permit; null when one was given.</param>
internal sealed class QuotaLease(Quota quota, int remaining, TimeSpan? retryAfter) : RateLimitLease
{
    public override bool IsAcquired => retryAfter is null;

    public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

    public Quota Quota { get; } = quota;

    public int Remaining { get; } = remaining;

    /// <summary>How long until there is a permit; zero when one was given.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter ?? TimeSpan.Zero;

    /// <summary>The <c>RateLimit</c> field of an answer.</summary>
    public string RateLimitField { get; } = quota.FormatRateLimit(remaining);

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = !IsAcquired && metadataName == MetadataName.RetryAfter.Name ? RetryAfter : null;
        return metadata is not null;
    }
}
