using System.Collections.Frozen;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>Which function has which limit for each client address, read once at start.</summary>
internal sealed class RouteQuotas
{
    private readonly FrozenDictionary<string, Quota> _quotas;

    public RouteQuotas(FunctionCatalog functions, IOptions<RateLimitsOptions> options, TimeProvider time)
    {
        var limits = options.Value;
        var shared = new Lazy<Quota>(() => Create("default", limits.Default));
        _quotas = limits.Enabled
            ? functions.All.Where(RateLimitsOptionsValidator.IsLimited).ToFrozenDictionary(
                static function => function.Name,
                function => limits.Routes.TryGetValue(function.Name, out var own) ? Create(function.Name.ToLowerInvariant(), own) : shared.Value,
                StringComparer.Ordinal)
            : FrozenDictionary<string, Quota>.Empty;

        Quota Create(string name, RateLimitOptions limit) => new(name, limit, limits.Partitions, time);
    }

    /// <summary>The limit of a function; null when it has none.</summary>
    public Quota? Find(string functionName) => _quotas.GetValueOrDefault(functionName);
}
