using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>local/Host as a process of its own, as a user starts it.</summary>
internal sealed class HostProcess : ChildProcess
{
    private const string Listening = "Gatehouse listens on ";
    private const string AnyFreePort = "http://127.0.0.1:0";

    private HostProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("about:blank");

    /// <summary>Starts it on a free port, and waits until it listens.</summary>
    /// <param name="workingFolder">The folder it is started in. Data goes to <c>.local</c> below, unless an option says otherwise.</param>
    /// <param name="args">More of the command line.</param>
    public static Task<HostProcess> StartAsync(string workingFolder, params string[] args) => StartAsync(workingFolder, [], args);

    /// <summary>The same with variables in its environment.</summary>
    public static async Task<HostProcess> StartAsync(string workingFolder, (string Name, string Value)[] environment, params string[] args)
    {
        var host = new HostProcess(CreateStart(workingFolder, ["--urls", AnyFreePort, .. args], environment));
        var line = await host.WaitForOutputAsync(Listening);
        host.Url = new Uri(line[Listening.Length..].Split(' ')[0]);
        return host;
    }

    /// <summary>Runs it until it ends by itself.</summary>
    public static async Task<ProcessResult> RunAsync(string workingFolder, string[] args, params (string Name, string Value)[] environment)
    {
        await using var host = new HostProcess(CreateStart(workingFolder, args, environment));
        return await host.WaitForExitAsync();
    }

    private static ProcessStartInfo CreateStart(string workingFolder, string[] args, (string Name, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Gatehouse.Local.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            WorkingDirectory = workingFolder,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
