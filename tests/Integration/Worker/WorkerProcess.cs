using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The function app as the Functions host starts it: its own program, on the real worker.</summary>
internal sealed class WorkerProcess : ChildProcess
{
    private const string Program = "Gatehouse.dll";
    private const string MaxMessageBytes = "2147483647";

    private WorkerProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>What the build has made of functions/, which is what a deployment publishes.</summary>
    public static string AppFolder { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Functions", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    /// <param name="host">Where the host's gRPC server listens.</param>
    /// <param name="workerId">By which the host knows it again.</param>
    /// <param name="settings">App settings, which the host hands on as environment variables.</param>
    public static WorkerProcess Start(Uri host, string workerId, IEnumerable<KeyValuePair<string, string>> settings)
    {
        // The host gives each argument by its old and by its new name.
        string[] arguments =
        [
            Path.Combine(AppFolder, Program),
            "--host", host.Host,
            "--port", $"{host.Port}",
            "--workerId", workerId,
            "--requestId", workerId,
            "--grpcMaxMessageLength", MaxMessageBytes,
            "--functions-uri", host.AbsoluteUri,
            "--functions-worker-id", workerId,
            "--functions-request-id", workerId,
            "--functions-grpc-max-message-length", MaxMessageBytes,
        ];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { WorkingDirectory = AppFolder };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = AppFolder;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(start);
    }
}
