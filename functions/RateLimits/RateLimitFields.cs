using System.Collections.Immutable;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;

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
    public static void Write(HttpExchange exchange, QuotaLease byAddress)
    {
        Add(exchange, byAddress);
        foreach (var lease in exchange.Context.Features.Get<Leases>()?.Granted ?? [])
        {
            Add(exchange, lease);
        }
    }

    // A refusal may have added its own fields; both fields are lists (RFC 9110 §5.3).
    private static void Add(HttpExchange exchange, QuotaLease lease)
    {
        exchange.AddAnswerHeader("RateLimit-Policy", lease.Policy.Field);
        exchange.AddAnswerHeader("RateLimit", lease.RateLimitField);
    }

    private sealed record Leases(IEnumerable<QuotaLease> Granted);
}
