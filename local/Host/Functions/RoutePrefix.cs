using System.Text.Json;

namespace Gatehouse.Local.Functions;

/// <summary>The prefix of every route, as host.json beside the program sets it.</summary>
internal static class RoutePrefix
{
    // What the Functions host takes when host.json says nothing.
    private const string Default = "api";

    // The Functions host takes these too.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="InvalidDataException">host.json is no JSON.</exception>
    public static string Read(string folder)
    {
        var file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return Default;
        }

        try
        {
            // From a stream, which may begin with a byte order mark, as some editors write it.
            using var stream = File.OpenRead(file);
            using var document = JsonDocument.Parse(stream, Lenient);
            return Find(document.RootElement) ?? Default;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file} is no JSON: {exception.Message}", exception);
        }
    }

    private static string? Find(JsonElement element)
    {
        foreach (var name in (ReadOnlySpan<string>)["extensions", "http", "routePrefix"])
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()!.Trim('/') : null;
    }
}
