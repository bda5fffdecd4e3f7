using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>A script under tests/Node, run by Node beside the tests.</summary>
internal sealed class NodeProcess : ChildProcess
{
    private NodeProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>Starts a script, with the packages installed. Skips the test where there is no Node.</summary>
    /// <param name="script">Its path below tests/Node.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="environment">Added to its environment.</param>
    public static async Task<NodeProcess> StartAsync(string script, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        await NodePackages.EnsureInstalledAsync();
        var start = new ProcessStartInfo("node", [Path.Combine(NodePackages.Folder, script), .. args]) { WorkingDirectory = NodePackages.Folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new NodeProcess(start);
    }

    /// <summary>Runs a script until it ends by itself. Skips the test where there is no Node.</summary>
    public static async Task<ProcessResult> RunAsync(string script, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        await using var process = await StartAsync(script, args, environment);
        return await process.WaitForExitAsync();
    }
}
