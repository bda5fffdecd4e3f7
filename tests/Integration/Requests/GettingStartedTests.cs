using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>Runs the commands of README.md and docs/getting-started.md. In the latter <c>…</c> stands for anything.</summary>
public sealed partial class GettingStartedTests(DemoHost host) : IClassFixture<DemoHost>
{
    private const string Mark = "-- the end of a command --";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_PrintWhatTheDocumentShows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are a shell's.");
        var captures = ReadCaptures(await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/getting-started.md"), Cancellation)).ToArray();
        Assert.NotEmpty(captures);

        var printed = (await RunAsync(host.Folder, captures.Select(static capture => $"{capture.Command}\necho; echo {Mark}"))).Split(Mark);

        Assert.Equal(captures.Length, printed.Length - 1);
        Assert.All(captures.Zip(printed), static pair => Assert.Matches($"^{Regex.Escape(pair.First.Output).Replace("…", ".*", StringComparison.Ordinal)}$", pair.Second.Trim()));
    }

    [Fact]
    public async Task ReadmeLines_ListProducts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are a shell's.");
        var lines = Bash().Match(await File.ReadAllTextAsync(RepositoryFolder.PathOf("README.md"), Cancellation)).Groups[1].Value;

        Assert.Contains("Atlas of Quiet Places", await RunAsync(host.Folder, [lines]), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string folder, IEnumerable<string> commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        foreach (var command in commands)
        {
            await shell.StandardInput.WriteLineAsync(command);
        }

        shell.StandardInput.Close();
        return (await shell.StandardOutput.ReadToEndAsync(Cancellation)).ReplaceLineEndings("\n");
    }

    // A command begins with a prompt and goes on for as long as its lines end with a backslash.
    private static IEnumerable<(string Command, string Output)> ReadCaptures(string document) =>
        from Match block in Console().Matches(document)
        from Match capture in Capture().Matches(block.Groups[1].Value)
        select (capture.Groups[1].Value, capture.Groups[2].Value.Trim());

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Bash();

    [GeneratedRegex(@"```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex(@"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Capture();
}
