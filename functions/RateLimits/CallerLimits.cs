using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;

namespace Gatehouse.RateLimits;

/// <summary>Refuses requests of a caller that calls too often, after the token was verified and before the function runs.</summary>
internal sealed class CallerLimitMiddleware(CallerLimits limits) : HttpMiddleware
{
    protected override Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next) =>
        limits.HasAny(context.FunctionDefinition.Name) && context.Features.Get<Caller>() is { } caller
            ? LimitAsync(caller, exchange, context, next)
            : next(context);

    private async Task LimitAsync(Caller caller, HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (await limits.FindRefusalAsync(context, caller.QualifiedSubject, caller.Roles) is { } refusal)
        {
            await exchange.AnswerAsync(refusal);
            return;
        }

        await next(context);
    }
}

/// <summary>The limits of callers of each function, read once at start.</summary>
internal sealed class CallerLimits
{
    private readonly FrozenDictionary<string, CallerLimit[]> _limits;

    public CallerLimits(CallerLimitedFunctions functions, IOptions<RateLimitsOptions> options, CallerQuotas quotas)
    {
        // The shortest window first: a burst that it refuses costs no permit of a longer one.
        var limits = options.Value.Enabled
            ? options.Value.Callers.OrderBy(static limit => limit.Value.Window).Select(limit => new CallerLimit(limit.Key, limit.Value, quotas)).ToArray()
            : [];
        _limits = limits.Length == 0 ? FrozenDictionary<string, CallerLimit[]>.Empty : functions.Names
            .Select(name => (Name: name, Limits: limits.Where(limit => limit.Covers(name)).ToArray()))
            .Where(static function => function.Limits.Length > 0)
            .ToFrozenDictionary(static function => function.Name, static function => function.Limits, StringComparer.Ordinal);
    }

    /// <summary>Whether a function has limits of callers.</summary>
    public bool HasAny(string functionName) => _limits.ContainsKey(functionName);

    /// <summary>Counts a request of a caller.</summary>
    /// <param name="functionName">The function.</param>
    /// <param name="subject">The user or client, see <see cref="Caller.QualifiedSubject"/>.</param>
    /// <param name="roles">The roles of the user.</param>
    /// <returns>The decisions of the limits that are for the caller; only the last may be a refusal.</returns>
    public async ValueTask<IReadOnlyList<QuotaLease>> AcquireAsync(string functionName, string subject, ImmutableArray<string> roles)
    {
        var leases = new List<QuotaLease>();
        foreach (var limit in _limits.GetValueOrDefault(functionName, []))
        {
            if (await limit.AcquireAsync(subject, roles) is { } lease)
            {
                leases.Add(lease);
                if (!lease.IsAcquired)
                {
                    break;
                }
            }
        }

        return leases;
    }

    /// <summary>One limit.</summary>
    private sealed class CallerLimit(string name, CallerLimitOptions options, CallerQuotas quotas)
    {
        private readonly string[] _functions = SettingList.Split(options.Functions);
        private readonly string[] _roles = SettingList.Split(options.Roles);
        private readonly ICallerQuota _quota = quotas.Create(name.ToLowerInvariant(), options);

        public bool Covers(string function) => _functions.Length == 0 || _functions.Contains(function, StringComparer.OrdinalIgnoreCase);

        /// <summary>Uses a permit; null when the limit is not for the caller. Of several roles, the decision with the fewest permits left.</summary>
        public async ValueTask<QuotaLease?> AcquireAsync(string subject, ImmutableArray<string> roles)
        {
            var counted = _roles.Length == 0 ? roles : roles.RemoveAll(role => !_roles.Contains(role, StringComparer.Ordinal));
            if (options.By == LimitedBy.Caller)
            {
                return _roles.Length == 0 || counted.Length > 0 ? await _quota.AcquireAsync(subject) : null;
            }

            QuotaLease? least = null;
            foreach (var role in counted)
            {
                var lease = await _quota.AcquireAsync(role);
                if (!lease.IsAcquired)
                {
                    return lease;
                }

                least = least is null || lease.Remaining < least.Remaining ? lease : least;
            }

            return least;
        }
    }
}
