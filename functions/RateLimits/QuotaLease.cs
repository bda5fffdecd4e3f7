using System.Globalization;
using Gatehouse.Protection.Http;

namespace Gatehouse.RateLimits;

/// <summary>A limit as callers see it (draft-ietf-httpapi-ratelimit-headers).</summary>
/// <param name="name">The name in the fields of an answer, in a structured field: visible ASCII without quotes.</param>
/// <param name="permits">How many permits a full bucket holds.</param>
/// <param name="window">How long an empty bucket takes to refill.</param>
internal sealed class QuotaPolicy(string name, int permits, TimeSpan window)
{
    public string Name => name;

    public int Permits => permits;

    public TimeSpan Window => window;

    /// <summary>The <c>RateLimit-Policy</c> field: permits and seconds.</summary>
    public string Field { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={permits};w={Math.Ceiling(window.TotalSeconds)}");

    /// <summary>
    /// The <c>RateLimit</c> field: <c>r</c> permits are left, and after at most <c>t</c> seconds all are available
    /// again.
    /// </summary>
    public string FormatRateLimit(int remaining)
    {
        var seconds = Math.Ceiling((window * (permits - remaining) / permits).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={remaining};t={seconds}");
    }
}

/// <summary>The decision of a limit on a request.</summary>
/// <param name="policy">The limit.</param>
/// <param name="remaining">The permits that are left.</param>
/// <param name="retryAfter">The time until there is a permit; null when one was granted.</param>
internal sealed class QuotaLease(QuotaPolicy policy, int remaining, TimeSpan? retryAfter)
{
    public bool IsAcquired => retryAfter is null;

    public QuotaPolicy Policy { get; } = policy;

    public int Remaining { get; } = remaining;

    /// <summary>The time until there is a permit; zero when one was granted.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter ?? TimeSpan.Zero;

    /// <summary>The <c>RateLimit</c> field of an answer.</summary>
    public string RateLimitField { get; } = policy.FormatRateLimit(remaining);

    /// <summary>The answer to a request that got no permit: 429 (RFC 6585 §4), with the time to retry.</summary>
    public Problem ToProblem()
    {
        // Rounded up, so that a caller that waits as told is let in.
        var seconds = Math.Ceiling(RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemType.TooManyRequests, $"The limit {Policy.Name} is used up. Try again in {seconds} s.")
            .With("Retry-After", seconds)
            .With("RateLimit-Policy", Policy.Field)
            .With("RateLimit", RateLimitField);
    }
}
