using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>The key tool as a process of its own, as a user starts it.</summary>
internal sealed class ToolProcess : ChildProcess
{
    private ToolProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    public static async Task<ProcessResult> RunAsync(string workingFolder, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Gatehouse.KeyTool.dll");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        await using var tool = new ToolProcess(new ProcessStartInfo(dotnet, [program, .. args]) { WorkingDirectory = workingFolder });
        return await tool.WaitForExitAsync();
    }
}
