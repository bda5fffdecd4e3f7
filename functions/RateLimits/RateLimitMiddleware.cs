using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.RateLimits;

/// <summary>
/// Refuses a client address that asks too often, before anything is read or verified for it, and tells every caller how
/// much it has left. Stands outside <see cref="ProblemDetailsMiddleware"/>: those whose requests fail, for whom limits are
/// made, are told too, and a refusal costs no exception.
/// </summary>
internal sealed class RateLimitMiddleware(RouteQuotas quotas, FunctionCatalog functions, ClientAddresses addresses, PartitionHash hash) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        // Without an HTTP request the platform itself triggers the function.
        if (quotas.Find(context.FunctionDefinition.Name) is not { } quota || await context.GetHttpRequestDataAsync() is not { } request)
        {
            await next(context);
            return;
        }

        var lease = quota.Acquire(hash.Of(addresses.Of(request)));
        if (!lease.IsAcquired)
        {
            var isOAuth = functions.Find(context.FunctionDefinition.Name) is { IsOAuth: true };
            context.GetInvocationResult().Value = await request.CreateProblemAsync(lease.ToProblem(), isOAuth);
            return;
        }

        await next(context);
        if (context.GetInvocationResult().Value is HttpResponseData response)
        {
            // A second limit may have put its own fields there; both are lists (RFC 9110 §5.3).
            response.Headers.TryAddWithoutValidation("RateLimit-Policy", quota.PolicyField);
            response.Headers.TryAddWithoutValidation("RateLimit", lease.RateLimitField);
        }
    }
}
