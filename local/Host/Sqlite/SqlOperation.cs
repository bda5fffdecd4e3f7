using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Gatehouse.Local.Sqlite;

/// <summary>Names what a statement does, for metrics and traces: its verb and its table, such as <c>SELECT users</c>.</summary>
internal static partial class SqlOperation
{
    // The statements are constants, values are parameters: there are a few dozen.
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    public static string Of(string sql) => Names.GetOrAdd(sql, static sql => VerbAndTable().Match(sql) is { Success: true } match
        ? $"{match.Groups["verb"].Value.ToUpperInvariant()} {match.Groups["table"].Value}"
        : "other");

    [GeneratedRegex(@"^\s*(?<verb>SELECT|INSERT|UPDATE|DELETE)\b(?:.*?\b(?:FROM|INTO)|)\s+(?<table>\w+)", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex VerbAndTable();
}
