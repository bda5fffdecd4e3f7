using System.Text.Json.Nodes;

namespace Gatehouse.Tests.Infra;

/// <summary>A run of the Bicep CLI over several files of infra/.</summary>
internal sealed class BicepRun
{
    private readonly Run _run;
    private readonly Dictionary<string, string> _outputs;

    private BicepRun(Run run, Dictionary<string, string> outputs)
    {
        _run = run;
        _outputs = outputs;
    }

    public static string Folder { get; } = RepositoryFolder.PathOf("infra");

    public int ExitCode => _run.ExitCode;

    /// <param name="run">The run, which has ended.</param>
    /// <param name="outputs">The folder that it wrote to.</param>
    public static BicepRun Read(Run run, string outputs) =>
        new(run, Directory.EnumerateFiles(outputs, "*.json", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(outputs, path), File.ReadAllText));

    /// <summary>Fails if the CLI reported an error or a warning about a file. Bicep exits with 0 despite warnings.</summary>
    /// <param name="file">A path below infra/.</param>
    public void AssertSilent(string file)
    {
        Assert.Equal("", ReadDiagnostics(file));

        // All files share the exit code, so a failure without a message fails the test of each file.
        Assert.True(ExitCode == 0 || _run.Errors.Length > 0, $"bicep ended with {ExitCode} and printed no error.");
    }

    /// <summary>The JSON that a file compiled to.</summary>
    public JsonObject ReadOutput(string file) => JsonNode.Parse(_outputs[Path.ChangeExtension(file, "json")])!.AsObject();

    /// <summary>The error output about a file, and the part of it that names no file.</summary>
    public string ReadDiagnostics(string file) => string.Join('\n', _run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !IsAboutAnother(line, file)));

    // A diagnostic begins with "path(line,column) : ".
    private static bool IsAboutAnother(string line, string file) =>
        line.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !line.StartsWith(Path.Combine(Folder, file) + "(", StringComparison.Ordinal);
}
