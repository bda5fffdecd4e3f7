using System.Reflection;
using System.Runtime.InteropServices;

namespace Gatehouse.Tests.Infra;

/// <summary>The Bicep CLI of the NuGet package.</summary>
internal static class Bicep
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        // The machine may have no ICU library, and Bicep needs no cultures.
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["AZURE_ENV_NAME"] = "test",
        ["AZURE_LOCATION"] = "westeurope",
        ["GATEHOUSE_ALERT_EMAIL"] = "operators@example.com",
    };

    public static Task<Run> RunAsync(params string[] arguments) => RunAsync(Environment, arguments);

    /// <param name="set">Environment variables for the parameter files.</param>
    /// <param name="arguments">The command line.</param>
    public static Task<Run> RunWithAsync(IReadOnlyDictionary<string, string> set, params string[] arguments) =>
        RunAsync(Environment.Concat(set).ToDictionary(), arguments);

    private static Task<Run> RunAsync(Dictionary<string, string> environment, string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Skip("The package with the Bicep CLI is for Linux on x64 only.");
            throw new PlatformNotSupportedException();
        }

        var program = Path.Combine(FindTools(), "bicep");
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        return Run.StartAsync(program, arguments, environment);
    }

    private static string FindTools() =>
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "BicepTools").Value!;
}
