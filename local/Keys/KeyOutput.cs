using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.KeyTool;

/// <summary>Writes results to the standard output, as a table or as JSON, and everything else to the standard error.</summary>
internal sealed class KeyOutput(TextWriter output, TextWriter error, bool isJson)
{
    private static readonly string[] Titles = ["STATE", "KEY ID", "ALG", "CREATED", "ACTIVATES", "EXPIRES", "VERSION"];

    /// <summary>Tells the user something.</summary>
    public Task SayAsync(string message) => error.WriteLineAsync(message);

    /// <summary>Writes the keys.</summary>
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

    /// <summary>Writes the findings of <c>verify</c>.</summary>
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

/// <summary>A row of <c>list</c>.</summary>
/// <param name="Version">The name of the version in the store.</param>
/// <param name="Kid">The key id; null if neither the key nor its tag can be read.</param>
/// <param name="Algorithm">The signature algorithm; null if the key can't be read.</param>
/// <param name="State">announced, active, retiring, retired, expired, disabled or unreadable.</param>
/// <param name="Created">When the version was made.</param>
/// <param name="Activates">When the key begins to sign, or began.</param>
/// <param name="Expires">When the version ends.</param>
/// <param name="Problem">Why the version is unreadable; null if it is readable.</param>
internal sealed record KeyRow(
    string Version,
    string? Kid,
    string? Algorithm,
    string State,
    DateTimeOffset Created,
    DateTimeOffset? Activates,
    DateTimeOffset? Expires,
    string? Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<KeyRow>))]
[JsonSerializable(typeof(KeyComparison))]
internal sealed partial class KeyToolJsonContext : JsonSerializerContext;
