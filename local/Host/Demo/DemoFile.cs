using System.Text;

namespace Gatehouse.Local.Demo;

/// <summary>
/// The file with the demo's passwords as assignments of a shell: <c>set -a; . .local/demo.env; set +a</c>. Only its owner
/// may read it. It appears complete or not at all, because its existence says that the demo data exists.
/// </summary>
/// <param name="path">The path of the file.</param>
internal sealed class DemoFile(string path)
{
    private const string UrlName = "GATEHOUSE_URL";

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Makes the file.</summary>
    /// <param name="url">The URL of the API.</param>
    /// <param name="secrets">Names and values, which must need no quotes in a shell.</param>
    /// <param name="cancellationToken">Cancels the writing; there is no file then.</param>
    public Task WriteAsync(string url, IEnumerable<(string Name, string Value)> secrets, CancellationToken cancellationToken) =>
        WriteAsync([$"{UrlName}={url}", .. secrets.Select(static secret => $"{secret.Name}={secret.Value}")], cancellationToken);

    /// <summary>Replaces the URL, which differs from the first start's after another <c>--urls</c>.</summary>
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
