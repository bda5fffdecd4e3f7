using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.UserTool;

namespace Gatehouse.Tests.Integration.UserTool;

/// <summary>A run of the tool in this process, whose requests are held to openapi.json.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public static async Task<ToolRun> OfAsync(GatehouseHost host, string[] args, Func<string, string?> variables)
    {
        using var network = host.CreateHandler();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await new UserCommands(network, variables).InvokeAsync(args, output, error, TestContext.Current.CancellationToken);
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }
}
