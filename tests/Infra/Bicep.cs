using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Gatehouse.Tests.Infra;

/// <summary>The Bicep CLI of the NuGet package. A run over all files costs little more than one over a single file, so the tests share runs.</summary>
internal static class Bicep
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        // The machine may have no ICU library, and Bicep needs no cultures.
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",

        // Profiling code in order to recompile it takes a fifth of so short a run.
        ["DOTNET_TieredPGO"] = "0",
        ["AZURE_ENV_NAME"] = "test",
        ["AZURE_LOCATION"] = "westeurope",
        ["GATEHOUSE_ALERT_EMAIL"] = "operators@example.com",
    };

    private static readonly ConcurrentDictionary<(string Verb, string Pattern, string Budget, string BudgetStart), Lazy<Task<BicepRun>>> Runs = new();

    /// <summary>Builds all templates.</summary>
    public static Task<BicepRun> BuildAsync() => RunOnceAsync("build", "**/*.bicep");

    /// <summary>Lints all templates.</summary>
    public static Task<BicepRun> LintAsync() => RunOnceAsync("lint", "**/*.bicep");

    /// <summary>Builds all parameter files, with a budget in the environment.</summary>
    public static Task<BicepRun> BuildParametersAsync(string budget = "0", string budgetStart = "") => RunOnceAsync("build-params", "*.bicepparam", budget, budgetStart);

    /// <summary>Lints all parameter files.</summary>
    public static Task<BicepRun> LintParametersAsync() => RunOnceAsync("lint", "*.bicepparam");

    private static Task<BicepRun> RunOnceAsync(string verb, string pattern, string budget = "0", string budgetStart = "") =>
        Runs.GetOrAdd((verb, pattern, budget, budgetStart), static run => new Lazy<Task<BicepRun>>(() => RunAsync(run.Verb, run.Pattern, run.Budget, run.BudgetStart))).Value;

    private static async Task<BicepRun> RunAsync(string verb, string pattern, string budget, string budgetStart)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Skip("The package with the Bicep CLI is for Linux on x64 only.");
            throw new PlatformNotSupportedException();
        }

        var program = Path.Combine(FindTools(), "bicep");
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        var outputs = Directory.CreateTempSubdirectory("bicep-");
        try
        {
            var run = await Run.StartAsync(
                program,
                [verb, "--pattern", Path.Combine(BicepRun.Folder, pattern), .. verb == "lint" ? [] : (string[])["--outdir", outputs.FullName]],
                new Dictionary<string, string>(Environment) { ["GATEHOUSE_MONTHLY_BUDGET"] = budget, ["GATEHOUSE_BUDGET_START"] = budgetStart });
            return BicepRun.Read(run, outputs.FullName);
        }
        finally
        {
            outputs.Delete(recursive: true);
        }
    }

    private static string FindTools() =>
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "BicepTools").Value!;
}
