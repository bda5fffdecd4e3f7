using System.Text.Json;

namespace Gatehouse.FunctionHost;

/// <summary>The prefix of every route: <c>extensions.http.routePrefix</c> of the host.json beside the program.</summary>
internal static class RoutePrefix
{
    // The Functions host's own default.
    private const string Default = "api";

    // The Functions host accepts comments and trailing commas too.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="InvalidDataException">host.json is not valid JSON.</exception>
    public static string Read(string folder)
    {
        var file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return Default;
        }

        try
        {
            // Some editors begin a file with a byte order mark. Parsing from a stream skips it.
            using var stream = File.OpenRead(file);
            using var document = JsonDocument.Parse(stream, Lenient);
            return Find(document.RootElement) ?? Default;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file} is not valid JSON: {exception.Message}", exception);
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
