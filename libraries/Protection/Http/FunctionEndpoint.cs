using System.Collections.Immutable;
using System.Reflection;

namespace Gatehouse.Protection.Http;

/// <summary>One HTTP-triggered function of the app.</summary>
/// <param name="Name">The name in its <c>[Function]</c> attribute.</param>
/// <param name="Route">Its route template without the prefix, such as <c>api/products/{id}</c>.</param>
/// <param name="Methods">The HTTP methods it answers, in capitals. Empty: every method.</param>
/// <param name="Method">The method that carries the attributes.</param>
internal sealed record FunctionEndpoint(string Name, string Route, ImmutableArray<string> Methods, MethodInfo Method)
{
    /// <summary>Whether its failures leave as OAuth errors.</summary>
    public bool IsOAuth { get; } = Method.IsDefined(typeof(OAuthEndpointAttribute));

    /// <summary>Whether the route takes what no other route takes.</summary>
    public bool IsCatchAll { get; } = Route.StartsWith("{*", StringComparison.Ordinal);

    /// <summary>Whether a path belongs to this route. Literals are compared as ASP.NET Core routing does, whatever their case.</summary>
    /// <param name="path">Without the leading slash.</param>
    public bool Matches(ReadOnlySpan<char> path)
    {
        if (path.EndsWith('/'))
        {
            path = path[..^1];
        }

        var template = Route.AsSpan();
        while (true)
        {
            var (expected, templateRest) = NextSegment(template);
            var (actual, pathRest) = NextSegment(path);
            var isParameter = expected.StartsWith('{');
            if (isParameter ? actual.IsEmpty : !expected.Equals(actual, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            if (templateRest.IsEmpty || pathRest.IsEmpty)
            {
                return templateRest.IsEmpty && pathRest.IsEmpty;
            }

            template = templateRest;
            path = pathRest;
        }
    }

    private static Segments NextSegment(ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        return slash < 0 ? new Segments(path, default) : new Segments(path[..slash], path[(slash + 1)..]);
    }

    private readonly ref struct Segments(ReadOnlySpan<char> first, ReadOnlySpan<char> rest)
    {
        private readonly ReadOnlySpan<char> _first = first;
        private readonly ReadOnlySpan<char> _rest = rest;

        public void Deconstruct(out ReadOnlySpan<char> first, out ReadOnlySpan<char> rest)
        {
            first = _first;
            rest = _rest;
        }
    }
}
