using System.Text.Json;

namespace Gatehouse.Local.Functions;

/// <summary>The prefix of every route, as host.json beside the program sets it.</summary>
internal static class RoutePrefix
{
    // What the Functions host takes without a host.json.
    private const string Default = "api";

    public static string Read(string folder)
    {
        var file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return Default;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.TryGetProperty("extensions", out var extensions)
            && extensions.TryGetProperty("http", out var http)
            && http.TryGetProperty("routePrefix", out var prefix)
            ? prefix.GetString()!.Trim('/')
            : Default;
    }
}
