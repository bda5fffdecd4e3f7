using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Audit;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/audit.md lists the audit events of the code, because auditors rely on their ids and names.</summary>
public sealed partial class AuditTests
{
    [Fact]
    public void Document_ListsEveryEvent_WithItsFields()
    {
        var written = typeof(AuditLog).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static entry => $"{entry.EventId} {entry.EventName} {entry.Level} {string.Join(' ', Placeholder().Matches(entry.Message).Select(static match => match.Groups[1].Value))}")
            .Order(StringComparer.Ordinal);
        var documented = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "audit.md"))
            .Select(static line => Row().Match(line))
            .Where(static match => match.Success)
            .Select(static match => $"{match.Groups[1].Value} {match.Groups[2].Value} {match.Groups[3].Value} {match.Groups[4].Value.Trim()}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(written, documented);
    }

    [Fact]
    public void Events_HaveNoField_ForASecret()
    {
        var fields = typeof(AuditLog).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(static method => method.IsDefined(typeof(LoggerMessageAttribute)))
            .SelectMany(static method => method.GetParameters())
            .Select(static parameter => parameter.Name!)
            .Distinct();

        Assert.DoesNotContain(fields, static field => field.Contains("password", StringComparison.OrdinalIgnoreCase) || field.Contains("token", StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"\{(\w+)(?::\w+)?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\| (\d+) \| `(\w+)` \| (\w+) \| ([\w ]+) \|")]
    private static partial Regex Row();
}
