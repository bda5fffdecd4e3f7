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

    private string Draft => path + ".new";

    /// <summary>The secrets of the draft that an interrupted start left; null when no start was interrupted.</summary>
    public IReadOnlyDictionary<string, string>? ReadDraft() =>
        File.Exists(Draft)
            ? File.ReadAllLines(Draft).Select(static line => line.Split('=', 2)).Where(static pair => pair.Length == 2).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal)
            : null;

    /// <summary>Writes the draft, before the data with these secrets is made.</summary>
    /// <param name="url">The URL of the API.</param>
    /// <param name="secrets">Names and values, which must need no quotes in a shell.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public Task DraftAsync(string url, IEnumerable<KeyValuePair<string, string>> secrets, CancellationToken cancellationToken) =>
        WriteDraftAsync([$"{UrlName}={url}", .. secrets.Select(static secret => $"{secret.Key}={secret.Value}")], cancellationToken);

    /// <summary>Makes the file from the draft.</summary>
    public void Publish() => File.Move(Draft, path, overwrite: true);

    /// <summary>Replaces the URL, which differs from the first start's after another <c>--urls</c>.</summary>
    public async Task SetUrlAsync(string url, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(path, cancellationToken);
        string[] moved = [.. lines.Select(line => line.StartsWith(UrlName + "=", StringComparison.Ordinal) ? $"{UrlName}={url}" : line)];
        if (!moved.SequenceEqual(lines))
        {
            await WriteDraftAsync(moved, cancellationToken);
            Publish();
        }
    }

    private async Task WriteDraftAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var settings = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var stream = new FileStream(Draft, settings);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => line + "\n"))), cancellationToken);
        stream.Flush(flushToDisk: true);
    }
}
