using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Api;

/// <summary>Reports whether this instance runs (live), and whether it can answer requests (ready).</summary>
internal sealed class HealthFunctions(HealthCheckService health)
{
    private const string Healthy = "healthy";

    /// <summary>Check that the instance runs</summary>
    /// <remarks>For a platform that restarts hanging instances.</remarks>
    [Function("Live")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [WithoutAccessLog]
    [Operation("Operations")]
    [Answer<HealthDocument>(200, "The instance runs.")]
    public static Task<HttpResponseData> LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequestData request) =>
        request.JsonAsync(new HealthDocument(Healthy, Checks: null), ApiJsonContext.Default.HealthDocument);

    /// <summary>Check that the instance can answer</summary>
    /// <remarks>For load balancers and monitors: checks the storage, the keys and the revocation feed.</remarks>
    /// <example status="200">{"status": "healthy", "checks": {"keys": "healthy", "revocations": "healthy", "storage": "healthy"}}</example>
    /// <example status="503">
    /// {"status": "unhealthy", "checks": {"keys": "There is no signing key, or it can't be read.", "revocations": "healthy",
    /// "storage": "healthy"}}
    /// </example>
    [Function("Ready")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [WithoutAccessLog]
    [Operation("Operations")]
    [Answer<HealthDocument>(200, "The instance can answer.")]
    [Answer<HealthDocument>(503, "The instance can't answer; `checks` names the reason.")]
    public async Task<HttpResponseData> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var checks = new SortedDictionary<string, string>(report.Entries.ToDictionary(static entry => entry.Key, static entry => Describe(entry.Value)), StringComparer.Ordinal);
        return report.Status == HealthStatus.Healthy
            ? await request.JsonAsync(new HealthDocument(Healthy, checks), ApiJsonContext.Default.HealthDocument)
            : await request.JsonAsync(new HealthDocument("unhealthy", checks), ApiJsonContext.Default.HealthDocument, HttpStatusCode.ServiceUnavailable);
    }

    // The description of a check that threw is the exception's message, which callers must not see.
    private static string Describe(HealthReportEntry entry) =>
        entry.Status == HealthStatus.Healthy ? Healthy : entry.Exception is null && entry.Description is { } problem ? problem : "The check failed.";
}
