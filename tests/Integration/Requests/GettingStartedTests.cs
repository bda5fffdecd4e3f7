using System.Diagnostics;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>The commands of docs/getting-started.md are run, and print what stands below them; <c>…</c> stands for anything.</summary>
public sealed partial class GettingStartedTests
{
    private const string Mark = "-- the end of a command --";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_PrintWhatTheDocumentShows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are a shell's.");
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(folder.Path);
        var captures = ReadCaptures(await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/getting-started.md"), Cancellation)).ToArray();
        Assert.NotEmpty(captures);

        using var shell = Process.Start(new ProcessStartInfo("bash") { WorkingDirectory = folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        foreach (var (command, _) in captures)
        {
            await shell.StandardInput.WriteLineAsync($"{command}\necho; echo {Mark}");
        }

        shell.StandardInput.Close();
        var printed = (await shell.StandardOutput.ReadToEndAsync(Cancellation)).ReplaceLineEndings("\n").Split(Mark);

        Assert.Equal(captures.Length, printed.Length - 1);
        Assert.All(captures.Zip(printed), static pair => Assert.Matches($"^{Regex.Escape(pair.First.Output).Replace("…", ".*", StringComparison.Ordinal)}$", pair.Second.Trim()));
    }

    // A command begins with a prompt and goes on for as long as its lines end with a backslash.
    private static IEnumerable<(string Command, string Output)> ReadCaptures(string document) =>
        from Match block in Console().Matches(document)
        from Match capture in Capture().Matches(block.Groups[1].Value)
        select (capture.Groups[1].Value, capture.Groups[2].Value.Trim());

    [GeneratedRegex(@"```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex(@"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Capture();
}
