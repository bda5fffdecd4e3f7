using System.Text.Json;
using Microsoft.VisualBasic.FileIO;

namespace Gatehouse.UserTool;

/// <summary>Reads the users of a file, whose form its first characters tell.</summary>
internal static class UserFile
{
    /// <exception cref="UserToolException">The file has none of the known forms.</exception>
    public static IEnumerable<ArrivingUser> Read(string path)
    {
        using var reader = new StreamReader(path);
        int first;
        do
        {
            first = reader.Read();
        }
        while (first >= 0 && char.IsWhiteSpace((char)first));

        return first switch
        {
            '[' => ReadDocument(path),

            // Firebase writes one object with all users, over many lines or in one.
            '{' => IsOneObject(path) ? ReadDocument(path) : ReadLines(path),
            < 0 => [],
            _ => ReadCsv(path),
        };
    }

    private static bool IsOneObject(string path)
    {
        try
        {
            using var line = JsonDocument.Parse(File.ReadLines(path).First(static line => line.Trim().Length > 0));
            return line.RootElement.TryGetProperty("users", out _);
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static IEnumerable<ArrivingUser> ReadDocument(string path)
    {
        using var document = Parse(File.ReadAllText(path), "The file");
        var users = document.RootElement;
        if (users.ValueKind == JsonValueKind.Object && !users.TryGetProperty("users", out users))
        {
            throw new UserToolException("The file is a JSON object without users: expected {\"users\": […]}, an array, one object per line, or CSV.");
        }

        var position = 0;
        foreach (var user in users.EnumerateArray())
        {
            yield return ReadObject(++position, user);
        }
    }

    private static IEnumerable<ArrivingUser> ReadLines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Trim().Length > 0)
            {
                using var document = Parse(line, $"Line {number}");
                yield return ReadObject(number, document.RootElement);
            }
        }
    }

    private static JsonDocument Parse(string text, string what)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            // The parser's message quotes the text, which may hold a hash.
            throw new UserToolException($"{what} is not valid JSON.");
        }
    }

    private static ArrivingUser ReadObject(int line, JsonElement user) =>
        user.ValueKind == JsonValueKind.Object
            ? ArrivingUser.Read(line, user.EnumerateObject().Select(static field => KeyValuePair.Create(field.Name, field.Value)))
            : throw new UserToolException($"User {line} is not a JSON object.");

    private static IEnumerable<ArrivingUser> ReadCsv(string path)
    {
        using var parser = new TextFieldParser(path) { HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        parser.SetDelimiters(File.ReadLines(path).First(static line => line.Trim().Length > 0).Contains(';') ? ";" : ",");
        var titles = parser.ReadFields() ?? [];
        while (!parser.EndOfData)
        {
            var line = (int)parser.LineNumber;
            var fields = ReadFields(parser, line);
            if (fields.Length != titles.Length)
            {
                throw new UserToolException($"Line {line} has {fields.Length} fields, and the first line has {titles.Length}.");
            }

            yield return ArrivingUser.Read(line, titles.Zip(fields, static (title, field) => KeyValuePair.Create(title, JsonSerializer.SerializeToElement(field, UserToolJsonContext.Default.String))));
        }
    }

    private static string[] ReadFields(TextFieldParser parser, int line)
    {
        try
        {
            return parser.ReadFields()!;
        }
        catch (MalformedLineException)
        {
            throw new UserToolException($"Line {line} is not valid CSV: a quote in a field is written twice.");
        }
    }
}
