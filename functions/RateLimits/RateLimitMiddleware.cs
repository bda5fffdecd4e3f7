using System.Collections.Frozen;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>
/// Refuses requests of an address that calls too often, before anything is read or verified, and tells every caller
/// its remaining permits. It runs outside <see cref="ErrorMiddleware"/>, so that failures carry the rate limit
/// headers too and a refusal costs no exception.
/// </summary>
internal sealed class RateLimitMiddleware(RouteQuotas quotas, ClientAddresses addresses, PartitionHash hash) : HttpMiddleware
{
    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (quotas.Find(context.FunctionDefinition.Name) is not { } quota)
        {
            await next(context);
            return;
        }

        var lease = quota.Acquire(hash.Of(addresses.Of(exchange)));
        if (!lease.IsAcquired)
        {
            await exchange.AnswerAsync(lease.ToProblem());
            return;
        }

        await exchange.ContinueAsync(next, static (exchange, lease) => RateLimitFields.Write(exchange, (QuotaLease)lease!), lease);
    }
}

/// <summary>The limit of each function for a client address, read once at start.</summary>
internal sealed class RouteQuotas
{
    private readonly FrozenDictionary<string, Quota> _quotas;

    public RouteQuotas(FunctionCatalog functions, IOptions<RateLimitsOptions> options, TimeProvider time)
    {
        var limits = options.Value;
        var shared = new Lazy<Quota>(() => Create("default", limits.Default));
        _quotas = limits.Enabled
            ? functions.All.Where(static function => function.IsLimited).ToFrozenDictionary(
                static function => function.Name,
                function => limits.Routes.TryGetValue(function.Name, out var own) ? Create(function.Name.ToLowerInvariant(), own) : shared.Value,
                StringComparer.Ordinal)
            : FrozenDictionary<string, Quota>.Empty;

        Quota Create(string name, RateLimitOptions limit) => new(name, limit, limits.Partitions, time);
    }

    /// <summary>The limit of a function; null when it has none.</summary>
    public Quota? Find(string functionName) => _quotas.GetValueOrDefault(functionName);
}
