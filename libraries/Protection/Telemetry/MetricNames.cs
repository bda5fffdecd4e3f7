namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// The names of what Gatehouse measures. Alerts and dashboards are written on them, so they stay; docs/telemetry.md says
/// what each one means.
/// </summary>
internal static class MetricNames
{
    /// <summary>The meter that all of them belong to.</summary>
    public const string Meter = "Gatehouse";

    public const string RequestDuration = "gatehouse.request.duration";
    public const string TokenVerifications = "gatehouse.token.verifications";
    public const string TokenVerificationDuration = "gatehouse.token.verification.duration";
    public const string TokensIssued = "gatehouse.tokens.issued";
    public const string RefreshReuses = "gatehouse.refresh.reuses";
    public const string SignIns = "gatehouse.sign_ins";
    public const string Lockouts = "gatehouse.lockouts";
    public const string RateLimited = "gatehouse.rate_limited";
    public const string HashingQueued = "gatehouse.hashing.queued";
    public const string HashingRefused = "gatehouse.hashing.refused";
    public const string KeysAge = "gatehouse.keys.age";
    public const string RevocationFeedAge = "gatehouse.revocation.feed.age";
    public const string RevocationFeedEntries = "gatehouse.revocation.feed.entries";
    public const string DependencyDuration = "gatehouse.dependency.duration";
}
