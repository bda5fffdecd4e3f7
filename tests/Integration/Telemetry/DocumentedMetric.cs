using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A row of the table of metrics in docs/telemetry.md.</summary>
internal sealed partial record DocumentedMetric(string Name, string Kind, string Unit, string Attributes)
{
    public static IReadOnlyList<DocumentedMetric> ReadAll() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "telemetry.md"))
            .Select(static line => Row().Match(line))
            .Where(static match => match.Success)
            .Select(static match => new DocumentedMetric(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value.Replace("`", "", StringComparison.Ordinal).Trim())),
    ];

    [GeneratedRegex(@"^\| `(gatehouse\.[\w.]+)` \| (\w+) \| `([^`]+)` \| ([\w` ]*)\|")]
    private static partial Regex Row();
}
