using System.Collections.Immutable;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.RateLimits;

/// <summary>The fields of an answer that tell the remaining permits of each limit that counted the request.</summary>
internal static class RateLimitFields
{
    /// <summary>Counts a request of a caller, and keeps what is left for its answer.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="context">The invocation of the function.</param>
    /// <param name="subject">The user or client.</param>
    /// <param name="roles">The roles of the user.</param>
    /// <returns>The refusal (429) if a limit is used up; null otherwise.</returns>
    public static async ValueTask<Problem?> FindRefusalAsync(this CallerLimits limits, FunctionContext context, string subject, ImmutableArray<string> roles)
    {
        var leases = await limits.AcquireAsync(context.FunctionDefinition.Name, subject, roles);
        if (leases is [.., { IsAcquired: false } refusal])
        {
            context.Features.Set(new Leases(leases.SkipLast(1)));
            return refusal.ToProblem();
        }

        context.Features.Set(new Leases(leases));
        return null;
    }

    /// <summary>Writes the fields of a limit by address, and of the limits of callers that let the request through.</summary>
    public static void Write(HttpResponseData response, QuotaLease byAddress, FunctionContext context)
    {
        Write(response, byAddress);
        foreach (var lease in context.Features.Get<Leases>()?.Granted ?? [])
        {
            Write(response, lease);
        }
    }

    // A refusal may have added its own fields; both fields are lists (RFC 9110 §5.3).
    private static void Write(HttpResponseData response, QuotaLease lease)
    {
        response.Headers.TryAddWithoutValidation("RateLimit-Policy", lease.Policy.Field);
        response.Headers.TryAddWithoutValidation("RateLimit", lease.RateLimitField);
    }

    private sealed record Leases(IEnumerable<QuotaLease> Granted);
}
