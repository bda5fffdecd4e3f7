using System.Globalization;
using Gatehouse.Protection.Http;

namespace Gatehouse.RateLimits;

internal static class QuotaLeaseExtensions
{
    /// <summary>The answer to a request that got no permit: 429 (RFC 6585 §4), and when to come again.</summary>
    public static Problem ToProblem(this QuotaLease lease)
    {
        // Rounded up: who comes when it is told to must be let in.
        var seconds = Math.Ceiling(lease.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(ProblemType.TooManyRequests, $"The limit {lease.Quota.Name} is used up. Come again in {seconds} s.")
            .With("Retry-After", seconds)
            .With("RateLimit-Policy", lease.Quota.PolicyField)
            .With("RateLimit", lease.RateLimitField);
    }
}
