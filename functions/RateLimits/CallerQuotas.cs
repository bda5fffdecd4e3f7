using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>The buckets of a limit of callers.</summary>
internal interface ICallerQuota
{
    /// <summary>Uses one permit of a caller or role.</summary>
    ValueTask<QuotaLease> AcquireAsync(string caller);
}

/// <summary>Creates the buckets of a limit: on this instance alone, or shared between the instances.</summary>
internal sealed class CallerQuotas(IOptions<RateLimitsOptions> options, QuotaLender lender, PartitionHash hash, TimeProvider time)
{
    public ICallerQuota Create(string name, CallerLimitOptions limit)
    {
        var policy = new QuotaPolicy(name, limit.PermitLimit, limit.Window);
        return limit.Shared
            ? new SharedQuota(policy, limit.SliceOrDefault, options.Value.Partitions, lender, time)
            : new LocalQuota(new Quota(policy, options.Value.Partitions, time), hash);
    }

    private sealed class LocalQuota(Quota quota, PartitionHash hash) : ICallerQuota
    {
        public ValueTask<QuotaLease> AcquireAsync(string caller) => ValueTask.FromResult(quota.Acquire(hash.Of(caller)));
    }
}
