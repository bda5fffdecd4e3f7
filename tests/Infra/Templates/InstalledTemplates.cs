namespace Gatehouse.Tests.Infra.Templates;

/// <summary>The package of the templates, installed apart from those of this machine's user.</summary>
public sealed class InstalledTemplates : IAsyncLifetime
{
    // Sorts after the namespaces beside it in using directives, and has a dot, unlike the original.
    internal const string Name = "Zebra.Shop";

    private readonly string _folder = Directory.CreateTempSubdirectory("templates-").FullName;
    private readonly Lazy<Task<string>> _copy;

    public InstalledTemplates() => _copy = new Lazy<Task<string>>(async () =>
    {
        var folder = Path.Combine(_folder, "copy");
        await CreateAsync("gatehouse", Name, folder);
        return folder;
    });

    private string[] Hive => ["--debug:custom-hive", Path.Combine(_folder, "hive")];

    /// <summary>A copy that tests only read.</summary>
    internal Task<string> Copy => _copy.Value;

    public async ValueTask InitializeAsync()
    {
        await RunAsync("dotnet", RepositoryFolder.Root, "pack", "templates", "--output", _folder);
        var package = Assert.Single(Directory.GetFiles(_folder, "*.nupkg"));
        await RunAsync("dotnet", _folder, ["new", "install", package, .. Hive]);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Creates what a template makes.</summary>
    internal Task CreateAsync(string template, string name, string folder, params string[] arguments) =>
        RunAsync("dotnet", _folder, ["new", template, "--name", name, "--output", folder, .. arguments, .. Hive]);

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>Its output.</returns>
    internal static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        // An MSBuild server would outlive the test and lock the copy's files.
        var run = await Run.StartAsync(program, arguments, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }, folder);
        Assert.True(run.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{run.Output}{run.Errors}");
        return run.Output;
    }
}
