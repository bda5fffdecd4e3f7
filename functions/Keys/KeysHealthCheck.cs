using Gatehouse.Protection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Keys;

/// <summary>Healthy when there is an active signing key.</summary>
internal sealed class KeysHealthCheck(KeyRing keys) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await keys.GetActiveKeyAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (KeysUnavailableException)
        {
            return HealthCheckResult.Unhealthy("There is no signing key, or it can't be read.");
        }
    }
}
