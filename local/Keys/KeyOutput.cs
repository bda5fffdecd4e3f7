using System.Globalization;
using System.Text.Json;

namespace Gatehouse.KeyTool;

/// <summary>What the tool says: results to the standard output, as a table or as JSON; everything else to the standard error.</summary>
internal sealed class KeyOutput(TextWriter output, TextWriter error, bool isJson)
{
    private static readonly string[] Titles = ["STATE", "KEY ID", "ALG", "CREATED", "ACTIVATES", "EXPIRES", "VERSION"];

    /// <summary>Something to know.</summary>
    public Task SayAsync(string message) => error.WriteLineAsync(message);

    /// <summary>The keys.</summary>
    public async Task WriteAsync(IReadOnlyList<KeyRow> rows)
    {
        if (isJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(rows, KeyToolJsonContext.Default.IReadOnlyListKeyRow));
            return;
        }

        string[][] cells =
        [
            Titles,
            .. rows.Select(static row => (string[])[row.State, row.Kid ?? "-", row.Algorithm ?? "-", Show(row.Created), Show(row.Activates), Show(row.Expires), row.Version]),
        ];
        var widths = Enumerable.Range(0, Titles.Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
        {
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        foreach (var row in rows.Where(static row => row.Problem is not null))
        {
            await SayAsync($"{row.Version}: {row.Problem}");
        }
    }

    /// <summary>What <c>verify</c> has found.</summary>
    public async Task WriteAsync(KeyComparison comparison)
    {
        if (isJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(comparison, KeyToolJsonContext.Default.KeyComparison));
            return;
        }

        await output.WriteLineAsync(comparison.Agrees
            ? string.Create(CultureInfo.InvariantCulture, $"They agree: {comparison.Published.Count} keys are published, as they should be.")
            : "They do not agree:");
        foreach (var finding in comparison.Findings)
        {
            await output.WriteLineAsync("- " + finding);
        }
    }

    private static string Show(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-";
}
