using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra.Templates;

/// <summary>
/// The steps of a document that adds something to the repository. A block of code after a sentence that names a file in
/// backticks and ends with a colon is that file, or, as <c>diff</c>, an edit of it. Blocks of <c>sh</c> whose lines run tests are commands.
/// </summary>
internal sealed partial class WrittenSteps
{
    private readonly List<(string File, string Kind, string Code)> _blocks;

    private WrittenSteps(string text)
    {
        _blocks = [.. Block().Matches(text).Select(static block => (block.Groups["file"].Value, block.Groups["kind"].Value, block.Groups["code"].Value))];
        Commands = [.. Shell().Matches(text).SelectMany(static block => block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(static line => line.Contains("dotnet test ", StringComparison.Ordinal))];
    }

    /// <summary>The commands in their order.</summary>
    public IReadOnlyList<string> Commands { get; }

    /// <summary>The files that the steps add or edit.</summary>
    public IEnumerable<string> Files => _blocks.Select(static block => block.File).Distinct();

    /// <summary>The number of lines of the files and the edits.</summary>
    public int Lines => _blocks.Sum(static block => block.Code.Count(static character => character == '\n'));

    /// <summary>Reads a document.</summary>
    public static async Task<WrittenSteps> ReadAsync(string path) =>
        new((await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));

    /// <summary>Writes the files and makes the edits.</summary>
    /// <param name="folder">The root of the repository that is changed.</param>
    public async Task ApplyAsync(string folder)
    {
        foreach (var (file, kind, code) in _blocks)
        {
            var path = Path.Combine(folder, file);
            Assert.True(File.Exists(path) == (kind == "diff"), kind == "diff" ? $"The document edits {file}, which does not exist." : $"The document writes {file}, which exists.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var content = kind == "diff" ? Edit(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), code, file) : code;
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        }
    }

    private static string Edit(string content, string diff, string file)
    {
        var lines = diff.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var before = Join(lines.Where(static line => line[0] != '+'));
        var parts = content.ReplaceLineEndings("\n").Split(before);
        Assert.True(parts.Length == 2, $"{file} must hold these lines once:\n{before}");
        return string.Join(Join(lines.Where(static line => line[0] != '-')), parts);
    }

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(static line => $"{line[1..]}\n"));

    [GeneratedRegex(@"`(?<file>[^`\n]+/[^`\n]+\.\w+)`[^\n]*:\n\n```(?<kind>csharp|diff)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"```sh\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
