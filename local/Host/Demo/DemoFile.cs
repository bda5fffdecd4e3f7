using System.Text;

namespace Gatehouse.Local.Demo;

/// <summary>
/// The file with the demo's passwords, in the form of a shell's assignments: <c>set -a; . .local/demo.env; set +a</c>.
/// Only its owner may read it. It is there wholly or not at all, because its being there says that the demo was made.
/// </summary>
/// <param name="path">Where it is.</param>
internal sealed class DemoFile(string path)
{
    private const string UrlName = "GATEHOUSE_URL";

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Makes it.</summary>
    /// <param name="url">Where the API is.</param>
    /// <param name="secrets">Names and values. Values need no quotes in a shell.</param>
    /// <param name="cancellationToken">Ends the writing, and then there is no file.</param>
    public Task WriteAsync(string url, IEnumerable<(string Name, string Value)> secrets, CancellationToken cancellationToken) =>
        WriteAsync([$"{UrlName}={url}", .. secrets.Select(static secret => $"{secret.Name}={secret.Value}")], cancellationToken);

    /// <summary>Has it name the address where the API is now, which is not that of the first start when another <c>--urls</c> was given.</summary>
    public async Task SetUrlAsync(string url, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(path, cancellationToken);
        string[] moved = [.. lines.Select(line => line.StartsWith(UrlName + "=", StringComparison.Ordinal) ? $"{UrlName}={url}" : line)];
        if (!moved.SequenceEqual(lines))
        {
            await WriteAsync(moved, cancellationToken);
        }
    }

    private async Task WriteAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var unfinished = path + ".new";
        var settings = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(unfinished, settings))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n"))), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
