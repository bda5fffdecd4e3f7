using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>local/Host as a process of its own, as a user starts it.</summary>
internal sealed class HostProcess : ChildProcess
{
    private const string Listening = "Gatehouse listens on ";
    private const string AnyFreePort = "http://127.0.0.1:0";

    // The tests must neither write to the repository's .local nor depend on its local.settings.json.
    private static readonly string NoSettings = CreateNoSettings();

    private HostProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("about:blank");

    /// <summary>Starts it, on a free port if the options name none, and waits until it listens.</summary>
    /// <param name="workingFolder">The folder it is started in. Data goes to <c>.local</c> below, and there is no settings file, unless an option says otherwise.</param>
    /// <param name="args">More of the command line.</param>
    public static Task<HostProcess> StartAsync(string workingFolder, params string[] args) => StartAsync(workingFolder, [], args);

    /// <summary>The same with variables in its environment.</summary>
    public static Task<HostProcess> StartAsync(string workingFolder, (string Name, string Value)[] environment, params string[] args) =>
        new HostProcess(CreateStart(AppContext.BaseDirectory, workingFolder, [.. WithFreePort(args), .. WithDefaults(args)], environment)).WaitUntilItListensAsync();

    /// <summary>Starts it on a free port, and does not wait.</summary>
    public static HostProcess Launch(string workingFolder, params string[] args) =>
        new(CreateStart(AppContext.BaseDirectory, workingFolder, ["--urls", AnyFreePort, .. WithDefaults(args)], []));

    /// <summary>Starts a copy of the program with nothing but its own defaults and a free port.</summary>
    /// <param name="programFolder">The folder of the copy.</param>
    /// <param name="workingFolder">The folder it is started in.</param>
    public static Task<HostProcess> StartCopyAsync(string programFolder, string workingFolder) =>
        new HostProcess(CreateStart(programFolder, workingFolder, ["--urls", AnyFreePort], [])).WaitUntilItListensAsync();

    /// <summary>Runs it until it ends by itself.</summary>
    public static async Task<ProcessResult> RunAsync(string workingFolder, string[] args, params (string Name, string Value)[] environment)
    {
        await using var host = new HostProcess(CreateStart(AppContext.BaseDirectory, workingFolder, WithDefaults(args), environment));
        return await host.WaitForExitAsync();
    }

    /// <summary>Runs a copy of the program, with nothing but its own defaults, until it ends by itself.</summary>
    public static async Task<ProcessResult> RunCopyAsync(string programFolder, string workingFolder)
    {
        await using var host = new HostProcess(CreateStart(programFolder, workingFolder, [], []));
        return await host.WaitForExitAsync();
    }

    /// <summary>Waits until it listens.</summary>
    /// <returns>This process.</returns>
    public async Task<HostProcess> WaitUntilItListensAsync()
    {
        var line = await WaitForOutputAsync(Listening);
        Url = new Uri(line[Listening.Length..].Split(' ')[0]);
        return this;
    }

    private static string[] WithFreePort(string[] args) => IsGiven(args, "--urls") ? [] : ["--urls", AnyFreePort];

    private static string[] WithDefaults(string[] args) =>
        [.. IsGiven(args, "--data") ? [] : (string[])["--data", ".local"], .. IsGiven(args, "--settings") ? [] : (string[])["--settings", NoSettings], .. args];

    private static bool IsGiven(string[] args, string option) => args.Any(argument => argument.Split('=')[0] == option);

    private static string CreateNoSettings()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "no.settings.json");
        File.WriteAllText(file, "{}");
        return file;
    }

    private static ProcessStartInfo CreateStart(string programFolder, string workingFolder, string[] args, (string Name, string Value)[] environment)
    {
        var program = Path.Combine(programFolder, "Gatehouse.Local.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            WorkingDirectory = workingFolder,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";

        // The fewest that a setting allows: the demo hashes three passwords at the first start.
        start.Environment["Authentication__HashingIterations"] = "100000";

        // Profiling code in order to recompile it takes a fifth of so short a run.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
