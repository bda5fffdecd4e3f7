using Gatehouse.Protection.Caching;

namespace Gatehouse.RateLimits;

/// <summary>
/// A limit that all instances share. An instance leases a caller's permits from the store in slices, and counts down the
/// slice without asking it. While a slice is on its way, or the store is unavailable, other requests of the caller use the
/// instance's local share: one slice in each window, charged at the next lease. So all instances together let at most
/// the limit through, and one slice more for each instance.
/// </summary>
/// <param name="policy">The limit.</param>
/// <param name="slice">How many permits are leased at a time.</param>
/// <param name="callers">How many callers this instance remembers. A forgotten caller leases again; its last slice is lost.</param>
/// <param name="lender">Leases the slices.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedQuota(QuotaPolicy policy, int slice, int callers, QuotaLender lender, TimeProvider time) : ICallerQuota
{
    private readonly BoundedCache<string, CallerPermits> _permits = new(callers);
    private readonly Lock _adding = new();

    public async ValueTask<QuotaLease> AcquireAsync(string caller)
    {
        var permits = Find(caller);
        while (true)
        {
            if (permits.TryUse(time.GetUtcNow()) is { } decision)
            {
                return decision;
            }

            var retryIn = lender.RetryIn;
            if (retryIn > TimeSpan.Zero || !permits.Leasing.Wait(0))
            {
                if (permits.TryBorrow(time.GetUtcNow(), retryIn) is { } borrowed)
                {
                    return borrowed;
                }

                // The local share is used up while another request leases. A refusal could be wrong, so wait for the slice.
                await permits.Leasing.WaitAsync();
            }

            if (await LeaseAsync(permits) is { } leased)
            {
                return leased;
            }
        }
    }

    /// <summary>Leases a slice, unless an earlier request has just done so.</summary>
    /// <returns>The decision; null when the store is unavailable.</returns>
    private async Task<QuotaLease?> LeaseAsync(CallerPermits permits)
    {
        try
        {
            return permits.TryUse(time.GetUtcNow())
                ?? (lender.RetryIn > TimeSpan.Zero ? null : permits.Receive(await lender.TryLeaseAsync(permits.Bucket, permits.Record, permits.Wanted), time.GetUtcNow()));
        }
        finally
        {
            permits.Leasing.Release();
        }
    }

    private CallerPermits Find(string caller)
    {
        if (_permits.TryGet(caller, out var permits))
        {
            return permits;
        }

        // Two first requests at once must not lease a slice each.
        lock (_adding)
        {
            if (!_permits.TryGet(caller, out permits))
            {
                permits = new CallerPermits(policy, slice, $"{policy.Name}/{caller}");
                _permits.Set(caller, permits);
            }

            return permits;
        }
    }
}
