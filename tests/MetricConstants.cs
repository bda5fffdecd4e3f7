using System.Reflection;
using Gatehouse.Protection.Telemetry;

namespace Gatehouse.Tests;

/// <summary>The names of all metrics. Each feature keeps its own as constants.</summary>
internal static class MetricConstants
{
    public static IReadOnlySet<string> All { get; } = new[] { typeof(MetricNames).Assembly, typeof(GatehouseBuilderExtensions).Assembly }
        .SelectMany(static assembly => assembly.GetTypes())
        .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(static field => field.IsLiteral && field.FieldType == typeof(string))
        .Select(static field => (string)field.GetRawConstantValue()!)
        .Where(static name => name.StartsWith("gatehouse.", StringComparison.Ordinal))
        .ToHashSet(StringComparer.Ordinal);
}
