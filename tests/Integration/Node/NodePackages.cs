using System.ComponentModel;
using System.Diagnostics;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>The npm packages of the tests, pinned by tests/Node/package-lock.json. The build of this project installs them.</summary>
internal static class NodePackages
{
    private const string NodeAbsent = "Node.js 20 or newer and npm are not on this machine. See https://nodejs.org.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<bool>> HasNode = new(FindNodeAsync);

    /// <summary>tests/Node: the folder of package.json, the scripts and node_modules.</summary>
    public static string Folder { get; } = RepositoryFolder.PathOf("tests/Node");

    /// <summary>Skips the test where there is no Node. Fails it where the build could not install the packages.</summary>
    public static async Task EnsureInstalledAsync()
    {
        Assert.SkipUnless(await HasNode.Value, NodeAbsent);

        // Written by the target InstallNodePackages of Integration.csproj.
        Assert.True(
            File.Exists(Path.Combine(Folder, "node_modules", ".gatehouse-installed")),
            "The npm packages of tests/Node are not installed. Build tests/Integration while npm can reach its registry.");
    }

    private static async Task<bool> FindNodeAsync()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            var version = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync().WaitAsync(Patience);
            return Version.TryParse(version.Trim().TrimStart('v'), out var parsed) && parsed.Major >= 20;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
