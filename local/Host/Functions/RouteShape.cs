using Microsoft.AspNetCore.Routing.Patterns;

namespace Gatehouse.Local.Functions;

/// <summary>What a route matches, whatever its parameters are called: two routes of one shape can't be told apart.</summary>
internal static class RouteShape
{
    public static string Describe(RoutePattern pattern) =>
        string.Join('/', pattern.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(Describe))));

    private static string Describe(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { IsCatchAll: true } rest => $"{{*{DescribeConstraints(rest)}}}",
        RoutePatternParameterPart parameter => $"{{{DescribeConstraints(parameter)}}}",
        _ => "",
    };

    // {id:int} goes before {id}, so these two may stand side by side.
    private static string DescribeConstraints(RoutePatternParameterPart parameter) =>
        string.Concat(parameter.ParameterPolicies.Select(static policy => ":" + policy.Content));
}
