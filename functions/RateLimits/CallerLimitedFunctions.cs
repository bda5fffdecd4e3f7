using Gatehouse.Protection;
using Gatehouse.Protection.Http;

namespace Gatehouse.RateLimits;

/// <summary>
/// Says that a function lets anonymous callers in, but finds its caller itself and asks <see cref="CallerLimits"/> before it
/// does its work, as <c>/token</c> does.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LimitsCallersAttribute : Attribute;

/// <summary>
/// Exempts a function from the limits of callers: it ends access, and a thief who uses up a user's permits must not keep the
/// user from it. The limits by address stay.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DisableCallerLimitsAttribute : Attribute;

/// <summary>The functions that can have a limit of callers: those that know who calls.</summary>
internal sealed class CallerLimitedFunctions(FunctionCatalog functions)
{
    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Names =>
        field ??= [.. functions.All.Where(IsLimited).Select(static function => function.Name).Order(StringComparer.Ordinal)];

    public bool Contains(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsLimited(FunctionEndpoint function) =>
        function.IsLimited
        && !function.Method.IsDefined(typeof(DisableCallerLimitsAttribute), inherit: false)
        && (AccessRule.Of(function) is { IsAnonymous: false, IsRefused: false } || function.Method.IsDefined(typeof(LimitsCallersAttribute), inherit: false));
}
