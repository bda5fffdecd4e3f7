using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>The browser that scripts under tests/Node drive.</summary>
internal static class Chromium
{
    private static readonly string? Path =
        ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>Runs a script with the browser's path in its environment. Skips the test where there is no Chromium or no Node.</summary>
    public static Task<ProcessResult> RunAsync(string script, params IEnumerable<string> args)
    {
        Assert.SkipWhen(Path is null, "There is no Chromium below /usr/bin: apt-get install chromium.");
        return NodeProcess.RunAsync(script, args, ("CHROMIUM", Path));
    }
}
