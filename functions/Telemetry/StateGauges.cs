using System.Diagnostics.Metrics;
using Gatehouse.Keys;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Revocation;
using Gatehouse.Users;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Telemetry;

/// <summary>The metrics that are read when somebody asks: how old is what this instance knows, and how many wait.</summary>
internal sealed class StateGauges(IMeterFactory meters, KeyRing keys, RevocationFeed revocations, PasswordHashing hashing) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(MetricNames.Meter);
        _ = meter.CreateObservableGauge(MetricNames.KeysAge, ReadKeysAge, "s", "How long ago the signing keys were read.");
        _ = meter.CreateObservableGauge(MetricNames.RevocationFeedAge, () => revocations.Age.TotalSeconds, "s", "How long ago the revocations were read.");
        _ = meter.CreateObservableGauge(MetricNames.RevocationFeedEntries, () => revocations.Count, "{entry}", "Revocations held in memory.");
        _ = meter.CreateObservableGauge(MetricNames.HashingQueued, () => hashing.Queued, "{request}", "Passwords that wait to be checked.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Never read is not a moment ago: no value then.
    private IEnumerable<Measurement<double>> ReadKeysAge() => keys.Age is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];
}
