using System.Reflection;

namespace Gatehouse.FunctionHost;

/// <summary>
/// The state of the process that the worker reads while an app starts. The starts of several hosts take turns, and each
/// leaves the process as it found it.
/// </summary>
internal sealed class ProcessState : IDisposable
{
    public const string EnvironmentVariable = "AZURE_FUNCTIONS_ENVIRONMENT";

    private const string FolderVariable = "FUNCTIONS_APPLICATION_DIRECTORY";

    private static readonly SemaphoreSlim Turn = new(1);

    private readonly Assembly? _entryAssembly = Assembly.GetEntryAssembly();
    private readonly string? _environment = Environment.GetEnvironmentVariable(EnvironmentVariable);
    private readonly string? _folder = Environment.GetEnvironmentVariable(FolderVariable);

    private ProcessState(Assembly app, string folder, string environment)
    {
        // The code that the worker's build generates is looked for in the entry assembly.
        Assembly.SetEntryAssembly(app);
        Environment.SetEnvironmentVariable(FolderVariable, folder);
        Environment.SetEnvironmentVariable(EnvironmentVariable, environment);
    }

    /// <summary>Waits for the turn of an app and prepares the process for it.</summary>
    public static async Task<ProcessState> TakeAsync(Assembly app, string folder, string environment, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken);
        return new ProcessState(app, folder, environment);
    }

    public void Dispose()
    {
        Assembly.SetEntryAssembly(_entryAssembly);
        Environment.SetEnvironmentVariable(FolderVariable, _folder);
        Environment.SetEnvironmentVariable(EnvironmentVariable, _environment);
        Turn.Release();
    }
}
