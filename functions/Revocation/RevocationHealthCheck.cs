using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Healthy when the feed was read lately; an instance that never read it may accept revoked tokens. The check itself starts a read when one is due.</summary>
internal sealed class RevocationHealthCheck(RevocationFeed feed, IOptions<RevocationOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await feed.TryRefreshAsync(cancellationToken);
        if (!feed.WasRead)
        {
            return HealthCheckResult.Unhealthy("The revocation feed was never read, so this instance knows no revocation.");
        }

        return feed.Age >= options.Value.UnhealthyAfter
            ? HealthCheckResult.Unhealthy("The revocation feed could not be read for a while.")
            : HealthCheckResult.Healthy();
    }
}
