namespace Gatehouse.RateLimits;

/// <summary>What one instance knows of a caller's permits under a <see cref="SharedQuota"/>.</summary>
/// <param name="policy">The limit.</param>
/// <param name="slice">How many permits are leased at a time.</param>
/// <param name="key">The key of the bucket in the store.</param>
internal sealed class CallerPermits(QuotaPolicy policy, int slice, string key)
{
    private readonly Lock _lock = new();
    private readonly Bucket _localShare = new(slice, policy.Window);

    // Leased and not used yet.
    private int _leased;

    // Used from the local share and not charged yet; at most a slice.
    private int _owed;
    private DateTimeOffset _localPaidAt = DateTimeOffset.MinValue;
    private DateTimeOffset? _usedUpUntil;

    /// <summary>Held by the request that leases.</summary>
    public SemaphoreSlim Leasing { get; } = new(1, 1);

    /// <summary>The limit as the store counts it.</summary>
    public Bucket Bucket { get; } = new(policy.Permits, policy.Window);

    /// <summary>The bucket after this instance's last lease. Only the request that leases may use it.</summary>
    public QuotaRecord Record { get; private set; } = new(key, DateTimeOffset.MinValue);

    /// <summary>How many permits the next lease asks for.</summary>
    public int Wanted
    {
        get
        {
            lock (_lock)
            {
                return slice + _owed;
            }
        }
    }

    /// <summary>Uses a permit of the slice.</summary>
    /// <returns>The decision; null when only the store can tell.</returns>
    public QuotaLease? TryUse(DateTimeOffset now)
    {
        lock (_lock)
        {
            return Use(now);
        }
    }

    /// <summary>Uses a permit of the local share.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="storeRetryIn">When the store may be asked again after a failure; until then there is nothing but the local share.</param>
    /// <returns>The decision; null when the local share is used up, and a slice may come.</returns>
    public QuotaLease? TryBorrow(DateTimeOffset now, TimeSpan storeRetryIn)
    {
        var isStoreAway = storeRetryIn > TimeSpan.Zero;
        lock (_lock)
        {
            var available = _localShare.CountAvailable(_localPaidAt, now);
            if (available == 0)
            {
                var next = _localShare.FindTimeOf(1, _localPaidAt) - now;
                return isStoreAway ? new QuotaLease(policy, remaining: 0, next < storeRetryIn ? next : storeRetryIn) : null;
            }

            _localPaidAt = _localShare.Take(1, _localPaidAt, now);
            _owed = Math.Min(_owed + 1, slice);
            return new QuotaLease(policy, isStoreAway ? available - 1 : CountRemaining(now), retryAfter: null);
        }
    }

    /// <summary>Takes over the permits of a lease, and uses one of them for the request that leased.</summary>
    /// <param name="leased">The permits; null when the store did not answer.</param>
    /// <param name="now">The current time.</param>
    /// <returns>The decision; null when the store did not answer.</returns>
    public QuotaLease? Receive(LeasedPermits? leased, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (leased is not { } permits)
            {
                // The write may have taken effect, so the version is unknown.
                Record = Record with { Version = null };
                return null;
            }

            Record = permits.Record;
            var charged = Math.Min(_owed, permits.Count);
            _owed -= charged;
            _leased += permits.Count - charged;
            if (_owed == 0)
            {
                _localPaidAt = DateTimeOffset.MinValue;
            }

            _usedUpUntil = _leased == 0 ? Later(Bucket.FindTimeOf(_owed + 1, Record.PaidAt), now) : null;
            return Use(now);
        }
    }

    private QuotaLease? Use(DateTimeOffset now)
    {
        if (_leased > 0)
        {
            _leased--;
            return new QuotaLease(policy, CountRemaining(now), retryAfter: null);
        }

        return now < _usedUpUntil ? new QuotaLease(policy, remaining: 0, _usedUpUntil - now) : null;
    }

    // What other instances have leased since this one's last lease is unknown.
    private int CountRemaining(DateTimeOffset now) =>
        Math.Clamp(_leased + Bucket.CountAvailable(Record.PaidAt, now) - _owed, 0, policy.Permits);

    private static DateTimeOffset Later(DateTimeOffset first, DateTimeOffset second) => first > second ? first : second;
}
