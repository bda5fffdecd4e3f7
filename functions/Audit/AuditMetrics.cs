using System.Diagnostics.Metrics;
using Gatehouse.Protection.Telemetry;

namespace Gatehouse.Audit;

/// <summary>Counts the audited events that alerts watch.</summary>
internal sealed class AuditMetrics
{
    public const string SignIns = "gatehouse.sign_ins";
    public const string Lockouts = "gatehouse.lockouts";
    public const string RefreshReuses = "gatehouse.refresh.reuses";
    public const string RefreshRepeats = "gatehouse.refresh.repeats";

    private readonly Counter<long> _signIns;
    private readonly Counter<long> _lockouts;
    private readonly Counter<long> _refreshReuses;
    private readonly Counter<long> _refreshRepeats;

    public AuditMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MetricNames.Meter);
        _signIns = meter.CreateCounter<long>(SignIns, "{sign_in}", "Passwords checked, by outcome.");
        _lockouts = meter.CreateCounter<long>(Lockouts, "{lockout}", "Wrong passwords that locked a user out.");
        _refreshReuses = meter.CreateCounter<long>(RefreshReuses, "{reuse}", "Used refresh tokens that were sent again; each ended a session.");
        _refreshRepeats = meter.CreateCounter<long>(RefreshRepeats, "{repeat}", "Refresh tokens that were redeemed again within the leeway.");
    }

    /// <param name="outcome"><c>succeeded</c>, or the reason of the failure.</param>
    public void SignInEnded(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void LockedOut() => _lockouts.Add(1);

    public void RefreshReused() => _refreshReuses.Add(1);

    public void RefreshRepeated() => _refreshRepeats.Add(1);
}
