using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Healthy when the keys of every trusted issuer were read at least once. Until then only tokens of the other issuers
/// are accepted.
/// </summary>
internal sealed class TrustedIssuersHealthCheck(IEnumerable<TrustedIssuer> issuers) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var unknown = new List<string>();
        foreach (var (i, issuer) in issuers.Index())
        {
            if (!await issuer.IsKnownAsync(cancellationToken))
            {
                unknown.Add($"Protection:TrustedIssuers:{i}");
            }
        }

        return unknown.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The keys of these issuers were never read: {string.Join(", ", unknown)}. Tokens of other issuers are accepted.");
    }
}
