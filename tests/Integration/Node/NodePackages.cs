using System.Diagnostics;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>The npm packages of the tests, pinned by tests/Node/package-lock.json and installed on first use.</summary>
internal static class NodePackages
{
    private const string NodeAbsent = "Node.js 20 or newer and npm are not on this machine. See https://nodejs.org.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<string?>> Installation = new(InstallAsync);

    /// <summary>tests/Node: where package.json, the scripts and node_modules are.</summary>
    public static string Folder { get; } = RepositoryFolder.PathOf("tests/Node");

    /// <summary>Installs the packages unless they are there. Skips the test where there is no Node.</summary>
    public static async Task EnsureInstalledAsync()
    {
        var reason = await Installation.Value;
        Assert.SkipWhen(reason is not null, reason ?? "");
    }

    /// <returns>Why it can't be done here; null when it is done.</returns>
    private static async Task<string?> InstallAsync()
    {
        if (await RunAsync("node", "--version") is not { Length: > 1 } version || int.Parse(version[1..version.IndexOf('.', StringComparison.Ordinal)], null) < 20)
        {
            return NodeAbsent;
        }

        // One process at a time: another test run may be at it in the same tree.
        using var turn = await LockAsync();
        var stamp = Path.Combine(Folder, "node_modules", ".gatehouse-installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return null;
        }

        // Install scripts are not run: no package here needs one, and what doesn't run can't do harm.
        if (await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund") is null)
        {
            return NodeAbsent;
        }

        await File.WriteAllTextAsync(stamp, wanted);
        return null;
    }

    private static async Task<FileStream> LockAsync()
    {
        var path = Path.Combine(Folder, "install.lock");
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <returns>What it wrote; null when there is no such program.</returns>
    private static async Task<string?> RunAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{program} {string.Join(' ', args)} failed with {process.ExitCode}: {await errors}");
        }
    }
}
