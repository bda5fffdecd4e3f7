using System.Collections.Immutable;
using System.Reflection;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing.Template;

namespace Gatehouse.Protection.Http;

/// <summary>One HTTP-triggered function of the app.</summary>
/// <param name="Name">The name in its <c>[Function]</c> attribute.</param>
/// <param name="Route">Its route template without the prefix, such as <c>api/products/{id}</c>.</param>
/// <param name="Methods">The HTTP methods it answers, in capitals. Empty: every method.</param>
/// <param name="Method">The method that carries the attributes.</param>
internal sealed record FunctionEndpoint(string Name, string Route, ImmutableArray<string> Methods, MethodInfo Method)
{
    /// <summary>Whether its failures are answered as OAuth errors.</summary>
    public bool IsOAuth { get; } = Method.IsDefined(typeof(OAuthEndpointAttribute));

    /// <summary>Whether its answers write no line to the access log.</summary>
    public bool IsQuiet { get; } = Method.IsDefined(typeof(WithoutAccessLogAttribute));

    /// <summary>Whether a rate limit can apply: unless it says <c>[DisableRateLimiting]</c>.</summary>
    public bool IsLimited { get; } = !Method.IsDefined(typeof(DisableRateLimitingAttribute), inherit: false);

    /// <summary>Whether scripts of every origin may read its answers.</summary>
    public bool AllowsAnyOrigin { get; } = Method.IsDefined(typeof(AllowAnyOriginAttribute));

    /// <summary>Whether the route matches every path that no other route matches.</summary>
    public bool IsCatchAll { get; } = Route.StartsWith("{*", StringComparison.Ordinal);

    // The matched values are not used, so the matcher needs no defaults.
    private readonly TemplateMatcher _matcher = new(TemplateParser.Parse(Route), []);

    /// <summary>Whether a path belongs to this route. Literals are compared as ASP.NET Core routing does, ignoring case.</summary>
    /// <param name="path">With the leading slash.</param>
    public bool Matches(string path)
    {
        try
        {
            return _matcher.TryMatch(path, []);
        }
        catch (InvalidOperationException)
        {
            // ASP.NET Core refuses a path with a null character, however it is encoded.
            return false;
        }
    }
}

/// <summary>
/// Marks a function whose answers write no line to the access log, such as a health check, which a monitor calls every few
/// seconds.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WithoutAccessLogAttribute : Attribute;
