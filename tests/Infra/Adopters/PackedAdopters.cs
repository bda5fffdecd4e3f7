using System.Globalization;

namespace Gatehouse.Tests.Infra.Adopters;

/// <summary>A copy of the adopters, with a package source that has the libraries as they are now.</summary>
public sealed class PackedAdopters : IDisposable
{
    private static readonly string[] Packages = ["Protection", "Protection.AspNetCore", "FunctionHost"];

    // A version of its own, because NuGet keeps what it has once seen.
    private readonly string _version = $"0.1.0-adopter.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";
    private readonly string _folder = Directory.CreateTempSubdirectory("adopter-").FullName;
    private readonly Lazy<Task> _packed;

    public PackedAdopters() => _packed = new Lazy<Task>(PackAsync);

    /// <summary>The folder of the copy. Only the first call packs: not every test of the class needs packages.</summary>
    public async Task<string> PrepareAsync()
    {
        await _packed.Value;
        return _folder;
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var kept = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Packages.Select(package => Path.Combine(kept, $"gatehouse.{package.ToLowerInvariant()}", _version)).Where(Directory.Exists))
        {
            Directory.Delete(package, recursive: true);
        }
    }

    internal static async Task<string> DotNetAsync(string folder, params string[] arguments)
    {
        // An MSBuild server would outlive the test and lock the copy's files.
        var run = await Run.StartAsync("dotnet", arguments, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }, folder);
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{run.Output}{run.Errors}");
        return run.Output;
    }

    private async Task PackAsync()
    {
        Copy(RepositoryFolder.PathOf("tests/Adopters"), _folder);
        foreach (var package in Packages)
        {
            await DotNetAsync(RepositoryFolder.Root, "pack", $"libraries/{package}", "--no-build", "--configuration", "Debug", "--output", Path.Combine(_folder, "packages"), $"-p:PackageVersion={_version}");
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
