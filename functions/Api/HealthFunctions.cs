using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api;

/// <summary>Says whether this instance runs (live), and whether it can answer requests (ready).</summary>
internal sealed class HealthFunctions(IEnumerable<IReadinessCheck> checks)
{
    private const string Healthy = "healthy";

    [Function("Live")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public static Task<HttpResponseData> LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequestData request) =>
        AnswerAsync(request, HttpStatusCode.OK, new HealthDocument(Healthy, Checks: null));

    [Function("Ready")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public async Task<HttpResponseData> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var isReady = true;
        foreach (var check in checks)
        {
            var problem = await check.FindProblemAsync(cancellationToken);
            results[check.Name] = problem ?? Healthy;
            isReady &= problem is null;
        }

        return isReady
            ? await AnswerAsync(request, HttpStatusCode.OK, new HealthDocument(Healthy, results))
            : await AnswerAsync(request, HttpStatusCode.ServiceUnavailable, new HealthDocument("unhealthy", results));
    }

    private static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, HttpStatusCode status, HealthDocument document)
    {
        var response = request.CreateResponse(status);
        await response.WriteJsonAsync(document, OperationsJsonContext.Default.HealthDocument);
        return response;
    }
}
