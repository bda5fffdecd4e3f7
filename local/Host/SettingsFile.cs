using System.Text.Json;

namespace Gatehouse.Local;

/// <summary>A settings file of Azure Functions Core Tools, such as local.settings.json. Only its section <c>Values</c> counts.</summary>
internal static class SettingsFile
{
    /// <summary>Reads the settings. A name may separate its parts by <c>__</c> or by colons.</summary>
    /// <returns>The settings, their names with colons.</returns>
    /// <exception cref="InvalidDataException">The file is not valid JSON, names a setting twice, or is encrypted.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Read(string path)
    {
        var file = Path.GetFullPath(path);
        try
        {
            using var stream = File.OpenRead(file);
            var content = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return bool.TryParse(content["IsEncrypted"], out var isEncrypted) && isEncrypted
                ? throw new InvalidDataException($"{file} is encrypted. Decrypt it with: func settings decrypt")
                : [.. content.GetSection("Values").AsEnumerable(makePathsRelative: true)
                    .Where(static setting => setting.Value is not null)
                    .Select(static setting => KeyValuePair.Create(setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), setting.Value))];
        }
        catch (JsonException exception)
        {
            // The message ends with the position, which counts from 0.
            var reason = exception.Message.Split(" LineNumber:")[0];
            throw new InvalidDataException($"{file}, line {exception.LineNumber + 1}, is not valid JSON: {reason}", exception);
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"{file} is not a settings file: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The settings file {file} can't be read: {exception.Message}", exception);
        }
    }
}
